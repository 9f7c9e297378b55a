// What was sent without a network waits here, bound to the account that wrote it.
//
//   import { queue } from 'field/outbox'
//   await queue({
//     url, fields: [[name, value], …],  // as a form sends them, with an id of the phone's
//     title,                            // what it is, in a few words
//     id,                               // the uuid in the fields: one thing, one item
//     about,                            // uuid of the subject: later acts wait for it
//     kind: 'report' | 'act' | 'form',  // a form's page takes back what was refused
//     page,                             // where one looks what has become of it
//     pickers,                          // what <photo-picker>.handOver() answered, if any
//     draft, typed,                     // key of the draft that ends, and what it was
//   })
//
// It is on the disk when that answers. Throws Full where the phone has no room: nothing
// of it was kept then, and nothing that was there is lost. → false where the browser
// keeps nothing at all; then the page sends by itself, as it always did.
//
//   outcomeOf(id, patience) → the item once it is sent or refused; {id, state: 'waiting',
//                             ended} where that takes longer, and it goes on by itself
//   listen(({id, percent} | {changed}) => …) → a function that ends it
//   mine() → items, the oldest first     retry(id) discard(id) seen(id) takeBack(id, key)
//   saidIn(answer) → the server's sentences in it
import 'field/store'
import 'field/sender'

const { store, sender } = globalThis.govmapField
const WAITS = [5_000, 15_000, 60_000, 300_000] // ms before each further try
const KEPT = 24 * 3600 * 1000 // ms that what was sent is shown
const listeners = new Set()
const channel = 'BroadcastChannel' in globalThis ? new BroadcastChannel('govmap-outbox') : null
let failures = 0
let timer = 0

export const Full = store.Full
export const account = () => document.querySelector('meta[name=account]')?.content ?? ''
export const canKeep = () => store.isOpen()

export function listen(listener) {
  listeners.add(listener)
  return () => listeners.delete(listener)
}

function tell(told, far = true) {
  for (const listener of [...listeners]) listener(told)
  if (far) channel?.postMessage(told)
}

if (channel) channel.onmessage = ({ data }) => tell(data, false)

export async function queue({ id, about = id, kind = 'act', page = '', pickers = [], draft = null, ...told }) {
  const owner = account()
  if (!owner || !(await store.isOpen())) return false
  const held = pickers.map(({ name, keep, uuids }) => ({ name, keep, uuids }))
  const item = withPhotosOf(await store.get('items', id), {
    ...told, id, about, kind, page, owner, pickers: held, photos: held.flatMap(({ uuids }) => uuids),
    state: 'waiting', queued: Date.now(), tries: 0,
  })
  await roomy(() => store.change((stores) => {
    stores.items.put(item)
    for (const one of pickers.flatMap(({ blobs }) => blobs)) stores.blobs.put({ ...one, keep: 'outbox' })
    if (draft) stores.drafts.delete(draft)
  }))
  tell({ changed: true, id })
  failures = 0
  whenBack()
  pump()
  return true
}

// Sent once more, what waits already loses no photo.
function withPhotosOf(before, item) {
  if (before?.state !== 'waiting' || before.owner !== item.owner) return item
  const lost = before.pickers
    .map((picker) => ({ ...picker, uuids: picker.uuids.filter((photo) => !item.photos.includes(photo)) }))
    .filter(({ uuids }) => uuids.length)
  const named = lost.flatMap(({ name, uuids }) => uuids.map((photo) => [name, photo]))
  return {
    ...item,
    fields: [...item.fields, ...named],
    pickers: [...item.pickers, ...lost],
    photos: [...item.photos, ...named.map(([, photo]) => photo)],
  }
}

// Where the disk is full, what can be had again goes first: the map that is kept.
async function roomy(work) {
  try {
    return await work()
  } catch (error) {
    if (!(error instanceof Full) || !('caches' in globalThis)) throw error
    const maps = (await caches.keys()).filter((name) => name.startsWith('govmap-map-'))
    if (!maps.length) throw error
    await Promise.all(maps.map((name) => caches.delete(name)))
    return work()
  }
}

// The worker sends it, too, when the network comes back while no page is open.
async function whenBack() {
  try {
    const worker = await navigator.serviceWorker?.ready
    await worker?.sync?.register('outbox')
  } catch { /* by a page, then */ }
}

let running = null
let wanted = false // something was queued while it ran

export function pump() {
  wanted = Boolean(running)
  running ??= run().finally(() => {
    running = null
    if (wanted) pump()
  })
  return running
}

async function run() {
  clearTimeout(timer)
  let ended = 'later'
  try { ended = await sender.pump(tell) } catch (error) { console.warn(error) }
  tell({ ended })
  if (ended === 'done') failures = 0
  if (ended === 'offline' || ended === 'later') {
    timer = setTimeout(pump, WAITS[Math.min(failures++, WAITS.length - 1)])
  }
  return ended
}

const again = () => { failures = 0; pump() }
addEventListener('online', again)
document.addEventListener('visibilitychange', () => { if (!document.hidden) again() })

export async function mine() {
  const owner = account()
  const rows = (await store.all('items')).filter((item) => item.owner === owner)
  const old = rows.filter(({ state, settled }) => state === 'sent' && Date.now() - settled > KEPT)
  for (const { id } of old) store.remove('items', id)
  return rows.filter((row) => !old.includes(row)).sort((one, other) => one.queued - other.queued)
}

export function outcomeOf(id, patience = 0) {
  return new Promise((resolve) => {
    const end = (item) => { clearTimeout(timeout); stop(); resolve(item) }
    const waits = (ended) => end({ id, state: 'waiting', ended })
    const timeout = patience ? setTimeout(waits, patience, 'slow') : 0
    const stop = listen(async ({ changed, ended }) => {
      if (!changed && !ended) return
      const item = await store.get('items', id).catch(() => ({ state: 'waiting' }))
      if (!item || item.state !== 'waiting') end(item ?? { id, state: 'gone' })
      else if (patience && ended && ended !== 'done') waits(ended)
    })
  })
}

export async function retry(id) {
  const item = await store.get('items', id)
  if (item) await store.put('items', { ...item, state: 'waiting', answer: '', status: 0 })
  tell({ changed: true, id })
  again()
}

// The photos that it holds go with it.
export async function discard(id) {
  const item = await store.get('items', id)
  await store.change((stores) => {
    stores.items.delete(id)
    for (const photo of item?.photos ?? []) stores.blobs.delete(photo)
  })
  tell({ changed: true, id })
  again() // what waited for it
}

export async function seen(id) {
  await store.remove('items', id)
  tell({ changed: true, id })
}

// Out of the queue, to be corrected: it becomes the draft `key` again, and its photos
// those of the form. Without a key it is the page's own to put back what `fields` say.
// → the item, or null where it is gone, or sent meanwhile.
export async function takeBack(id, key = '') {
  const item = await store.get('items', id)
  if (!item || item.owner !== account() || item.state === 'sent') return null
  const rows = (await Promise.all(item.photos.map((photo) => store.get('blobs', photo)))).filter(Boolean)
  const left = new Set(rows.map((row) => row.id))
  const keepOf = (photo) => item.pickers.find(({ uuids }) => uuids.includes(photo))?.keep
  // Of those that went ahead only the names are left.
  item.typed ??= {}
  for (const { name, uuids } of item.pickers) item.typed[name] = uuids.filter((photo) => !left.has(photo))
  await store.change((stores) => {
    stores.items.delete(id)
    for (const row of rows) stores.blobs.put({ ...row, keep: keepOf(row.id) })
    if (key) stores.drafts.put({ key, owner: item.owner, draft: item.typed })
  })
  tell({ changed: true, id })
  return item
}

const SAYS = '[data-note], .note, .field-error, [role=alert], [data-error]'

// The server's own sentences, in whatever piece of a page they came.
export function saidIn(answer) {
  const page = document.createElement('template')
  page.innerHTML = answer ?? ''
  const said = [...page.content.querySelectorAll(SAYS)].map((part) => part.textContent.trim())
  const whole = said.filter(Boolean).join(' ') || page.content.textContent
  return whole.replace(/\s+/g, ' ').trim().slice(0, 300)
}
