// A form that makes something new and is not lost. What is typed, chosen and sent ahead
// is kept on the phone under one uuid until the server has said that it has it.
//
// A page's element extends SendingForm and says
//   key                the name that its draft is kept under
//   begin()            once, before anything is restored
//   started()          once the draft is restored
//   typed()            → {…} what somebody typed and chose, as it is kept
//   isWork(draft)      → whether it would be a loss; sent photos always are
//   restore(draft)     what `typed` said, back into the fields
//   cleared()          after a draft was thrown away
//   lacking()          → {field: sentence} what the phone itself knows to be missing
//   open(field)        before a field with an error gets the focus
//   elsewhere()        a draft that the server kept, or null
//   titled()           what it is in a few words; a form that has them may be sent
//                      without a network: it waits in the queue (field/outbox)
//   again()            when the form is free for the next
//   end()              when it is sent, or the page is left
//
//   data-words   the id of the page's sentences (JSON)
//   in the form: [data-field=name] with [data-errors] in it, [data-status] and [data-send]
import { Full, canKeep, outcomeOf, queue, saidIn, takeBack } from 'field/outbox'
import 'field/store'
import { element, post, uuid } from 'govmap/http'
import { fill } from 'govmap/words'
import { bodyOf, fieldsOf } from 'workflow/body'

const CREATED = 201
const REFUSED = 422 // with a sentence beside each field
const PATIENCE = 8000 // ms before the form is free and the sending goes on beside it
const FIRST = '[data-chips] button, input:not([type=hidden], [type=file]), select, textarea'

const { store } = globalThis.govmapField

export class SendingForm extends HTMLElement {
  connectedCallback() {
    this.words = JSON.parse(document.getElementById(this.dataset.words).textContent)
    this.form = this.querySelector('form')
    this.photos = this.querySelector('photo-picker')
    this.button = this.querySelector('[data-send]')
    this.status = this.querySelector('[data-status]')
    this.begin()
    this.listen()
    customElements.whenDefined('photo-picker').then(() => this.start())
  }

  disconnectedCallback() {
    this.end()
    removeEventListener('online', this.online)
    removeEventListener('beforeunload', this.leaving)
  }

  begin() {}
  started() {}
  typed() { return {} }
  isWork() { return false }
  restore() {}
  cleared() {}
  lacking() { return {} }
  open() {}
  elsewhere() { return null }
  titled() { return '' }
  again() {}
  end() {}

  listen() {
    this.form.addEventListener('submit', (event) => { event.preventDefault(); this.send() })
    this.form.addEventListener('input', () => this.changed())
    this.addEventListener('photos:change', () => this.changed())
    this.querySelector('[data-discard]').addEventListener('click', () => this.discard())
    this.online = () => { if (this.waits) this.send() }
    addEventListener('online', this.online)
    this.leaving = (event) => { if (this.dirty && !this.sent) event.preventDefault() }
    addEventListener('beforeunload', this.leaving)
  }

  async start() {
    await this.broughtBack()
    const draft = await this.newest()
    if (draft) this.resume(draft)
    if (await this.photos?.resume()) this.tellDraft(draft?.at ?? Date.now())
    this.ready = true
    if (!draft) this.changed() // what was quicker than the scripts
    this.started()
  }

  // The draft

  // The one that the server kept, unless this phone knows better. What another report
  // has here is not lost for it.
  async newest() {
    const own = (await store.get('drafts', this.key).catch(() => null))?.draft ?? null
    this.before = own
    const kept = this.elsewhere()
    if (!kept) return own
    if (!own || (own.uuid === kept.uuid && own.at <= kept.at)) return kept
    if (own.uuid !== kept.uuid) this.say(this.words.other_draft)
    return own
  }

  // The last that was kept, so that what is the same stays as old as it was.
  async write(draft) {
    this.before = draft
    const owner = this.dataset.owner
    try {
      await store.put('drafts', { key: this.key, owner, draft }, { lasting: false })
    } catch (error) {
      if (error instanceof Full) this.say(this.words.full)
    }
  }

  forget() {
    this.before = null
    return store.remove('drafts', this.key, { lasting: false }).catch(() => null)
  }

  drafted() {
    return {
      uuid: this.form.elements.uuid.value,
      at: Date.now(),
      happened: this.form.elements.happened_at.value,
      ...this.typed(),
      photos: this.photos?.uuids ?? [],
    }
  }

  changed() {
    if (!this.ready || this.sent) return
    const draft = this.drafted()
    const isWork = draft.photos.length > 0 || this.isWork(draft)
    this.dirty = isWork || Boolean(this.photos?.waiting)
    const before = { ...this.before, at: draft.at }
    if (!isWork) this.forget()
    else if (JSON.stringify(before) !== JSON.stringify(draft)) this.write(draft)
  }

  resume(draft) {
    this.form.elements.uuid.value = draft.uuid
    this.form.elements.happened_at.value = draft.happened ?? ''
    this.restore(draft)
    this.photos?.restore(draft.photos)
    this.tellDraft(draft.at)
  }

  tellDraft(at) {
    const time = new Date(at).toLocaleTimeString(document.documentElement.lang, {
      hour: '2-digit', minute: '2-digit',
    })
    this.querySelector('[data-draft-said]').textContent = fill(this.words.restored, { time })
    this.querySelector('[data-draft]').hidden = false
  }

  discard() {
    this.photos?.clear()
    this.forget()
    this.empty()
  }

  empty() {
    this.ready = false
    this.form.reset()
    this.form.elements.uuid.value = uuid()
    this.form.elements.happened_at.value = ''
    this.dirty = false
    this.querySelector('[data-draft]').hidden = true
    this.cleared()
    this.ready = true
  }

  // Sending

  async send() {
    if (this.busy) return
    this.say('')
    const lacking = this.lacking()
    this.errors(lacking)
    if (Object.keys(lacking).length) return
    this.waits = false
    if (this.titled() && await canKeep()) return this.sendKept()
    return this.sendAtOnce()
  }

  // By the queue: on the disk first, so that whatever breaks off is sent later.

  async sendKept() {
    if (this.pickers.some(({ refused }) => refused)) return this.say(this.words.photos_left)
    this.working(this.words.sending)
    try {
      const id = this.form.elements.uuid.value
      await this.list?.hide(id)
      if (!(await this.queued(id))) return await this.sendAtOnce()
      // It is in the queue now: what the form still shows is no draft of it any more.
      this.ready = this.dirty = false
      this.before = null
      const item = await outcomeOf(id, PATIENCE)
      if (item.state === 'sent') return this.settled(item)
      if (item.state === 'refused') return await this.comeBack(item)
      return await this.freed(item)
    } finally {
      this.list?.hide('')
      this.working('')
    }
  }

  // false where the phone keeps nothing, has no room, or fails.
  async queued(id) {
    // When it was seen, however long the network is gone.
    this.form.elements.happened_at.value ||= new Date().toISOString()
    const pickers = await Promise.all(this.pickers.map((picker) => picker.handOver()))
    const fields = fieldsOf(this.form, pickers)
    const url = new URL(this.form.action).pathname
    try {
      const kept = await queue({
        id, url, fields, pickers, kind: 'report', page: `${url}${id}/`, title: this.titled(),
        draft: this.key, typed: this.drafted(),
      })
      if (!kept) this.goOn(this.words.leave_open)
      return kept
    } catch (error) {
      this.goOn(error instanceof Full ? this.words.full : this.words.leave_open)
      return false
    }
  }

  goOn(trouble = '') {
    this.trouble = trouble
    for (const picker of this.pickers) picker.goOn()
  }

  get list() { return this.parentElement?.querySelector('field-outbox') }
  get pickers() { return [...this.querySelectorAll('photo-picker')] }

  settled({ id, answer }) {
    store.remove('items', id).catch(() => null)
    this.done(answer)
  }

  // What the server wants corrected, or does not take, while one is still looking at it.
  async comeBack({ id, status, answer }) {
    const item = await takeBack(id, this.key).catch(() => null)
    this.before = item?.typed
    this.ready = true
    this.goOn()
    if (status === REFUSED) this.refused(answer)
    else this.say(saidIn(answer) || this.words.failed)
  }

  // It goes on beside the form, which is free for the next.
  async freed({ id, ended }) {
    for (const picker of this.pickers) picker.release()
    this.empty()
    await this.list?.hide('')
    if (ended === 'signed-out') this.say(this.words.signed_out)
    else this.say(ended === 'offline' ? this.words.queued : this.words.goes_on)
    outcomeOf(id).then(() => this.say(''))
    scrollTo(0, 0)
    this.again()
  }

  // ?back= names what is to be corrected, unless something else is being written.
  async broughtBack() {
    const address = new URL(location.href)
    const id = address.searchParams.get('back')
    if (!id) return
    address.searchParams.delete('back')
    history.replaceState(null, '', address)
    const own = await store.get('drafts', this.key).catch(() => null)
    if (own && own.draft.uuid !== id) this.say(this.words.other_draft)
    else await takeBack(id, this.key).catch(() => null)
  }

  // By this page alone, as where the browser keeps nothing.

  async sendAtOnce() {
    this.working(this.photos?.waiting ? this.words.photos_first : this.words.sending)
    try {
      if (await this.photosLeft()) return
      this.working(this.words.sending)
      // When it was seen, however long the network is gone.
      this.form.elements.happened_at.value ||= new Date().toISOString()
      this.changed()
      this.answered(await post(this.form.action, bodyOf(this.form)))
    } finally {
      this.working('')
    }
  }

  // Whether a photo could not go ahead; says so.
  async photosLeft() {
    if (!this.photos || await this.photos.settled()) return false
    this.waits = !navigator.onLine
    this.say(this.waits ? this.trouble || this.words.offline : this.words.photos_left)
    return true
  }

  answered({ status, data, response }) {
    if (status === CREATED) return this.done(data)
    if (status === REFUSED) return this.refused(data)
    if (status === 0) {
      this.waits = true
      return this.say(this.trouble || this.words.offline)
    }
    if (response.redirected || status === 401) return this.say(this.words.signed_out)
    const told = status < 500 && element(data)
    return this.say(told?.textContent?.trim() || this.words.failed)
  }

  done(html) {
    this.sent = true
    this.forget()
    this.end()
    this.innerHTML = html
    scrollTo(0, 0)
    this.querySelector('[data-focus]').focus()
  }

  // A fragment whose children name in data-for the field that they belong beside.
  refused(html) {
    const found = {}
    for (const part of element(html).children) found[part.dataset.for] = part
    this.errors(found)
  }

  // {field: sentence or element}: beside each field; the first gets the focus.
  errors(found) {
    let first = null
    for (const field of this.querySelectorAll('[data-field]')) {
      const box = field.matches('[data-errors]') ? field : field.querySelector('[data-errors]')
      const error = found[field.dataset.field]
      box.replaceChildren()
      if (error) box.append(...(error.childNodes ? [...error.childNodes] : [sentence(error)]))
      // Where many fields share one sentence, it says itself which of them it means.
      for (const control of field.matches('details') ? [] : field.querySelectorAll('input, select, textarea')) {
        control.setAttribute('aria-invalid', String(Boolean(error)))
      }
      if (error) first ??= field
    }
    if (!first) return
    this.open(first)
    first.querySelector(FIRST)?.focus({ preventScroll: true })
    first.scrollIntoView({ block: 'center' })
  }

  working(word) {
    this.busy = Boolean(word)
    this.button.setAttribute('aria-disabled', String(this.busy))
    const text = this.button.querySelector('span')
    this.button.dataset.word ??= text.textContent
    text.textContent = word || this.button.dataset.word
  }

  say(text) {
    this.status.hidden = !text
    this.status.querySelector('span').textContent = text
  }
}

function sentence(text) {
  return Object.assign(document.createElement('p'), { className: 'field-error', textContent: text })
}
