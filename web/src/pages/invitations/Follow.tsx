import { useEffect } from "react";
import { useSession } from "../../api/session.ts";
import { hrefOf, navigate, useQuery } from "../../app/router.ts";
import { useDefaultRegion } from "../../app/region.ts";

export default function Follow() {
  const { regions } = useSession();
  const standard = useDefaultRegion();
  const [query] = useQuery();
  const named = query.get("region") ?? "";
  const region = regions.includes(named) ? named : standard;
  const inviter = query.get("inviter") ?? "";
  useEffect(() => {
    const rest = inviter ? `?inviter=${encodeURIComponent(inviter)}` : "";
    navigate(hrefOf("invitations", region) + rest, { replace: true });
  }, [region, inviter]);
  return null;
}
