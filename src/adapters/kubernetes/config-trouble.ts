/** A message for people, without the content of any file. */
export class ConfigTrouble extends Error {
  override readonly name = 'ConfigTrouble'
}
