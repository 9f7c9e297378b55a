// What a form sends. Its files went ahead of it, so of them it carries the uuids alone.

export function bodyOf(form) {
  const body = new FormData(form)
  for (const name of Array.from(body.keys())) {
    if (name.endsWith('_files')) body.delete(name)
  }
  return body
}
