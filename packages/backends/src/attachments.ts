import type { AgentRequest, Backend, Refusal } from './backend.ts';

const pictures = /\.(png|jpe?g|gif|webp)$/i;

/** Says no to files that the agent cannot be shown. */
export function refuseAttachments(
  { attachments }: AgentRequest,
  takes: Backend['attachments'],
  agent: string,
): Refusal | null {
  const unfit = attachments.find((file) => takes === 'none' || (takes === 'images' && !pictures.test(file)));
  if (unfit === undefined) return null;
  return {
    code: 'attachment_unsupported',
    message: `${agent} cannot be shown ${unfit}: ${takes === 'none' ? 'it takes no attachments' : 'it takes pictures only (png, jpg, gif, webp)'}`,
    hint: 'put the file into the workspace and name it in the prompt',
  };
}
