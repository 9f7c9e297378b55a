// Forms that are sent by the queue of the phone, so that they wait where there is no
// network: a visit, the answers of a survey, a round of a patrol.
//
//   <form data-queue=NAME …>  NAME: its field with a uuid, made anew on this phone
//   data-as        makes the item another one than the uuid in the form names
//   data-title     what it is, in a few words      data-about  its subject, any text
//   data-next      the page to go to once it was taken; without it, this one anew
//   data-once      hidden as soon as so many of its mark wait (1)
//   [data-queue-said] in it: what went wrong; [data-field] > [data-errors]: where
//   [data-row]     around it: [data-row-said] there tells what waits
//
//   event queue:done {state, answer} bubbles: 'sent', or 'waiting' and goes on by
//   itself; prevented, the page shows it in its own way
//   event queue:plain: the phone keeps nothing; prevented, the page sends by itself
import { element, uuid } from 'govmap/http'
import { notify } from 'govmap/notice'
import { fill } from 'govmap/words'
import { Full, account, canKeep, listen, mine, outcomeOf, queue, saidIn, takeBack } from 'field/outbox'
import 'field/store'
import { fieldsOf } from 'workflow/body'

const PATIENCE = 8000 // ms before the page goes on and the sending beside it
const SECOND = 1000 // ms: more exactly no answer says when it was made
const SAID = 'govmap-queue-said' // told by the next page
const words = JSON.parse(document.getElementById('outbox-words').textContent)
const { store } = globalThis.govmapField
const busy = new WeakSet()

const markOf = ({ dataset }) => `${dataset.about}${dataset.as ?? ''}`
const emit = (form, name, detail = {}) =>
  form.dispatchEvent(new CustomEvent(name, { bubbles: true, cancelable: true, detail }))

// Before others that would let the browser send it.
document.addEventListener('submit', (event) => {
  const form = event.target.closest?.('form[data-queue]')
  if (!form || event.defaultPrevented) return
  event.preventDefault()
  if (!busy.has(form)) send(form)
}, true)

async function send(form) {
  busy.add(form)
  const list = document.querySelector('field-outbox')
  const stop = atWork(form)
  try {
    say(form, '')
    if (!(await canKeep())) return plain(form)
    const id = idOf(form)
    // What one is just sending is told by its form.
    await list?.hide?.(id)
    if (await kept(form, id)) await settle(form, await outcomeOf(id, PATIENCE))
  } finally {
    stop()
    busy.delete(form)
    list?.hide?.('')
    show()
  }
}

// The button says how far it is, and does nothing twice.
function atWork(form) {
  const button = form.querySelector('button:not([type=button])')
  // Of a picture alone there is no word to take the place of.
  const text = button.querySelector('span') ?? (button.children.length ? null : button)
  const before = text?.textContent
  button.setAttribute('aria-disabled', 'true')
  const stop = listen(({ id, percent }) => {
    if (!text || percent === undefined || id !== idOf(form)) return
    text.textContent = fill(words.sending, { percent: `${percent}%` })
  })
  return () => {
    stop()
    button.removeAttribute('aria-disabled')
    if (text) text.textContent = before
  }
}

// By the browser, as without this script.
function plain(form) {
  if (emit(form, 'queue:plain')) form.submit()
}

// Of the page that the phone keeps it may have been sent before; made once, for one who
// taps twice means one thing.
function idOf(form) {
  const field = form.elements[form.dataset.queue]
  if (form.dataset.as) return `${form.dataset.as}-${field.value}`
  if (field.dataset.fresh !== field.value) field.dataset.fresh = field.value = uuid()
  return field.value
}

// Whether it is on the disk.
async function kept(form, id) {
  const pickers = []
  const { pathname } = new URL(form.action, location.href)
  try {
    for (const picker of form.querySelectorAll('photo-picker')) pickers.push(await picker.handOver())
    const fields = [...fieldsOf(form, pickers), ['happened_at', new Date().toISOString()]]
    const { about, title, next } = form.dataset
    const made = await queue({
      id, url: pathname, fields, pickers, about, title, kind: 'form', page: next || location.pathname,
      mark: markOf(form),
    })
    if (made) return true
    plain(form)
  } catch (error) {
    letGo(form)
    say(form, error instanceof Full ? words.full : words.failed)
    if (error instanceof Full && navigator.onLine) plain(form)
  }
  return false
}

const letGo = (form) => form.querySelectorAll('photo-picker').forEach((picker) => picker.goOn())

// Another form may stand in its place by now, or its sheet be closed.
const isInSight = (form) => form.isConnected && !form.closest('dialog:not([open]), details:not([open])')

async function settle(form, item) {
  // Out of sight what was refused stays in the list, with what can be done.
  if (item.state === 'refused') {
    return isInSight(form) ? comeBack(form, item) : notify(saidIn(item.answer) || words.why_unknown, { kind: 'error' })
  }
  // Somebody is at the next one: his page stays, and the list says what went.
  if (!form.isConnected) return undefined
  form.elements[form.dataset.queue].dataset.fresh = ''
  for (const picker of form.querySelectorAll('photo-picker')) picker.release()
  if (item.state === 'sent') await store.remove('items', item.id).catch(() => null)
  const sentence = item.state === 'sent' ? saidIn(item.answer) : words[item.ended === 'signed-out' ? 'signed_out' : 'kept']
  if (!emit(form, 'queue:done', { state: item.state, sentence })) return undefined
  if (item.state !== 'sent') return notify(sentence)
  try { sessionStorage.setItem(SAID, sentence) } catch { /* then untold */ }
  if (form.dataset.next) return location.assign(form.dataset.next)
  return location.reload()
}

// While one is still looking at it, it is corrected here.
async function comeBack(form, { id, status, answer }) {
  await takeBack(id).catch(() => null)
  letGo(form)
  const found = element(answer ?? '') ?? document.createElement('div')
  const beside = [...found.querySelectorAll('[data-for]')]
  for (const box of form.querySelectorAll('[data-errors]')) box.replaceChildren()
  for (const part of beside) {
    form.querySelector(`[data-field="${CSS.escape(part.dataset.for)}"] [data-errors]`)?.append(...part.childNodes)
  }
  if (status !== 422 || !beside.length) return say(form, saidIn(answer) || words.why_unknown)
  const first = form.querySelector('[data-field]:has(.field-error)')
  first?.querySelector('input, select, textarea')?.focus()
  return undefined
}

function say(form, sentence) {
  const box = form.querySelector('[data-queue-said]')
  if (!box) return sentence && notify(sentence, { kind: 'error' })
  box.hidden = !sentence
  box.textContent = sentence
  if (sentence) box.scrollIntoView({ block: 'nearest' })
  return undefined
}

// Whether it went after this page was made: by the phone's own clock, however wrong, where
// the page was just asked for; of one that the phone kept, by the server's.
function wentSince({ settled, taken }) {
  if (!('kept' in document.documentElement.dataset)) return settled > Date.now() - performance.now()
  return taken + SECOND > Date.parse(document.querySelector('meta[name=account]').dataset.made)
}

// By their marks, what waits, and what went since this page was made.
export async function standing() {
  const rows = await mine().catch(() => [])
  const stands = rows.filter((row) => row.state === 'waiting' || (row.state === 'sent' && wentSince(row)))
  return Map.groupBy ? Map.groupBy(stands, ({ mark }) => mark) : grouped(stands)
}

function grouped(rows) {
  const found = new Map()
  for (const row of rows) found.set(row.mark, [...(found.get(row.mark) ?? []), row])
  return found
}

// Also on a page that the phone kept.
async function show() {
  const found = await standing()
  for (const form of document.querySelectorAll('form[data-queue]')) {
    if (busy.has(form)) continue
    form.hidden = (found.get(markOf(form))?.length ?? 0) >= Number(form.dataset.once ?? 1)
    const row = form.closest('[data-row]')
    if (row) tell(row, found)
  }
}

function tell(row, found) {
  const items = [...row.querySelectorAll('form[data-queue]')].flatMap((form) => found.get(markOf(form)) ?? [])
  const said = row.querySelector('[data-row-said]')
  said.hidden = !items.length
  said.textContent = items.some(({ state }) => state === 'waiting') ? words.waits : words.sent_plain
}

// ?back= names what the server refused: it comes back into its form. Until that is sent,
// under the same uuid, it stays in the list: to correct a thing loses nothing.
export async function broughtBack(formOf) {
  const address = new URL(location.href)
  const id = address.searchParams.get('back')
  if (!id) return
  address.searchParams.delete('back')
  history.replaceState(null, '', address)
  const item = await store.get('items', id).catch(() => null)
  const form = item && await formOf(item)
  if (item && !form) notify(words.no_form, { kind: 'error' })
  form?.closest('details')?.setAttribute('open', '')
  if (!form || item.state === 'sent' || item.owner !== account()) return
  const field = form.elements[form.dataset.queue]
  field.dataset.fresh = field.value = id
  putBack(form, item.fields.filter(([name]) => name !== form.dataset.queue && name !== 'happened_at'))
  for (const picker of form.querySelectorAll('photo-picker')) await putPhotosBack(picker, item)
  say(form, saidIn(item.answer))
}

// Of those that went ahead only the names are left.
async function putPhotosBack(picker, { pickers }) {
  const { uuids = [] } = pickers.find(({ name }) => name === picker.dataset.name) ?? {}
  for (const id of uuids) {
    const row = await store.get('blobs', id)
    if (row) picker.add({ id, small: row.blob })
    else picker.restore([id])
  }
}

function putBack(form, fields) {
  const pickers = [...form.querySelectorAll('photo-picker')].map(({ dataset }) => dataset.name)
  for (const [name, value] of fields) {
    const field = form.elements[name]
    if (!field || pickers.includes(name)) continue
    if (field instanceof RadioNodeList || field.type === 'radio') {
      for (const one of form.querySelectorAll(`[name="${CSS.escape(name)}"]`)) one.checked = one.value === value
    } else if (field.type !== 'hidden' && field.type !== 'checkbox') field.value = value
  }
}

function told() {
  let sentence = ''
  try {
    sentence = sessionStorage.getItem(SAID) ?? ''
    sessionStorage.removeItem(SAID)
  } catch { /* a web view without it */ }
  if (sentence) notify(sentence, { kind: 'success' })
}

const withMark = ({ mark }) => [...document.querySelectorAll('form[data-queue]')].find((form) => markOf(form) === mark)

// A page that the phone keeps is of another day.
for (const field of document.querySelectorAll('input[type=date][data-today]')) {
  const now = new Date()
  const today = new Date(now - now.getTimezoneOffset() * 60_000).toISOString().slice(0, 10)
  if (field.value === field.max) field.value = today
  field.max = today
}
listen(({ changed, ended }) => { if (changed || ended) show() })
told()
show()
// Where a sheet makes the form of whatever is tapped, it asks by itself.
if (!document.querySelector('survey-sheet')) broughtBack(withMark)
