-- Custom detection rules raised findings whatever was associated. What is must be told to the log: see applyRules of the service.
INSERT INTO documents (kind, account, region, id, body)
	SELECT DISTINCT 'detector/apply-custom-detection-rules', account, region, 'configuration', '{"call":"upgrade"}' FROM documents
	WHERE kind IN ('custom-detection-rule-association', 'detector/custom-detection-rule');
