-- Whether a value is an address in one of the ranges that a comma stands between. What is no address is in none.
CREATE FUNCTION picket_in_range(value TEXT, ranges TEXT) RETURNS BOOLEAN LANGUAGE plpgsql IMMUTABLE AS $$
BEGIN
	RETURN value NOT LIKE '%/%' AND CAST(value AS inet) <<= ANY (CAST(string_to_array(ranges, ',') AS inet[]));
EXCEPTION WHEN invalid_text_representation THEN
	RETURN FALSE;
END
$$;
