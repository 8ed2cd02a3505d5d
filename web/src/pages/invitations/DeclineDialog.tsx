import { flash } from "../../api/flash.ts";
import { declineInvitation, useInvitations } from "../../api/invitations.ts";
import { useRegion } from "../../app/router.ts";
import { Confirm } from "../../components/Confirm.tsx";
import { useNamed } from "../../components/named.ts";
import { texts } from "../../texts/invitations.ts";

export function DeclineDialog({ inviter, onClose }: { inviter: string; onClose: () => void }) {
  const region = useRegion();
  const { reload } = useInvitations();
  const nameOf = useNamed();
  const decline = async () => {
    await declineInvitation(region, inviter);
    flash.success(texts.declined(inviter));
    void reload();
  };
  return (
    <Confirm title={texts.declineTitle(nameOf(inviter))} submit={texts.decline} act={decline} onClose={onClose}>
      {texts.declineText(region)}
    </Confirm>
  );
}
