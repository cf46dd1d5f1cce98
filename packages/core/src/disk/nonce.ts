const letters = 'abcdefghijkmnpqrstuvwxyz23456789';

/** Twelve random letters: enough that two writers never meet, without loading a cryptography module on reads. */
export function newNonce(): string {
  let nonce = '';
  for (let index = 0; index < 12; index += 1) nonce += letters[Math.floor(Math.random() * letters.length)];
  return nonce;
}
