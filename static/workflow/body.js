// What a form sends. Its files went ahead of it, so of them it carries the uuids alone.

export function bodyOf(form) {
  const body = new FormData(form)
  for (const name of Array.from(body.keys())) {
    if (name.endsWith('_files')) body.delete(name)
  }
  return body
}

// The same as a queue keeps it: [[name, value], …]. What <photo-picker>.handOver() said
// names the photos, sent ones and others.
export function fieldsOf(form, pickers = []) {
  const isPhoto = (name, value) => pickers.some((picker) => picker.name === name && picker.uuids.includes(value))
  const own = ([name, value]) => name !== 'csrfmiddlewaretoken' && typeof value === 'string' && !isPhoto(name, value)
  const photos = pickers.flatMap(({ name, uuids }) => uuids.map((one) => [name, one]))
  return [...[...bodyOf(form).entries()].filter(own), ...photos]
}
