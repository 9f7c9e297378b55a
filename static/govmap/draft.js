// What was typed and not yet sent survives a reload, and leaving warns.
// Kept for the tab alone: a computer at a counter has many users.

const store = {
  get: (key) => { try { return JSON.parse(sessionStorage.getItem(key)) } catch { return null } },
  set: (key, value) => { try { sessionStorage.setItem(key, JSON.stringify(value)) } catch { /* full */ } },
  remove: (key) => { try { sessionStorage.removeItem(key) } catch { /* closed */ } },
}
const KEPT = 'textarea, select, input:not([type=hidden], [type=file], [type=password], [type=search])'

const dirty = new Map() // key -> form
addEventListener('beforeunload', (event) => {
  if (Array.from(dirty.values()).some((form) => form.isConnected)) event.preventDefault()
})

// Keeps the form's fields under `key`. Call done() once it is sent.
export function keepDraft(form, key) {
  const name = `draft:${key}`
  const fields = () => Array.from(form.querySelectorAll(KEPT)).filter((field) => field.name)
  const kept = store.get(name)
  if (kept) restore(fields(), kept)
  form.addEventListener('input', (event) => {
    if (!event.target.matches(KEPT)) return
    dirty.set(name, form)
    store.set(name, fields().map(valueOf))
  })
  const done = () => { dirty.delete(name); store.remove(name) }
  form.addEventListener('submit', () => dirty.delete(name))
  return { done, restored: Boolean(kept) }
}

const valueOf = (field) => [field.name, field.value, field.checked]

function restore(fields, kept) {
  for (const field of fields) {
    const choice = field.type === 'radio' || field.type === 'checkbox'
    const row = kept.find(([name, value]) => name === field.name && (!choice || value === field.value))
    if (!row) continue
    if (choice) field.checked = row[2]
    else field.value = row[1]
  }
}
