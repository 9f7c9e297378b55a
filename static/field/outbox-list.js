// <field-outbox>: what waits on this phone, what was sent, and what the server refused
// with its own words and what can be done.
import { element } from 'govmap/http'
import { fill } from 'govmap/words'
import { discard, listen, mine, pump, retry, saidIn, seen } from 'field/outbox'

const CONFLICT = 409
const FEW = 2 // of more than three so many stand above the page's own matter
const ORDER = ['refused', 'waiting', 'sent'] // what somebody must decide on comes first

class FieldOutbox extends HTMLElement {
  connectedCallback() {
    this.words = JSON.parse(document.getElementById(this.dataset.words).textContent)
    this.list = this.querySelector('[data-items]')
    this.row = this.querySelector('template')
    this.all = this.querySelector('[data-all]')
    this.all.addEventListener('click', () => this.unfold())
    this.addEventListener('click', (event) => this.clicked(event))
    this.stop = listen((told) => this.heard(told))
    this.show().then((rows) => rows.length && pump())
  }

  disconnectedCallback() { this.stop() }

  heard({ id, percent, changed, ended }) {
    if (percent !== undefined) {
      this.percents = { ...this.percents, [id]: percent }
      const row = this.list.querySelector(`[data-id="${CSS.escape(id)}"]`)
      if (row) this.paintProgress(row, percent)
    }
    if (ended) {
      this.ended = ended
      this.percents = {}
    }
    if (changed || ended) this.show()
  }

  // What somebody is just sending by the form is told there.
  async show() {
    const rows = (await mine().catch(() => [])).filter(({ id }) => id !== this.except)
    const kept = new Map([...this.list.children].map((row) => [row.dataset.id, row]))
    rows.sort((one, other) => ORDER.indexOf(one.state) - ORDER.indexOf(other.state))
    this.list.replaceChildren(...rows.map((item) => this.paint(kept.get(item.id), item)))
    this.fold(rows.length)
    this.querySelector('[data-count]').textContent = rows.length || ''
    this.hidden = !rows.length
    return rows
  }

  fold(count) {
    const folded = !this.whole && !('whole' in this.dataset) && count > FEW + 1
    this.all.hidden = !folded
    this.all.textContent = fill(this.words.all, { count })
    for (const [place, row] of [...this.list.children].entries()) row.hidden = folded && place >= FEW
  }

  unfold() {
    this.whole = true
    const next = this.list.querySelector('[hidden]')
    this.fold(this.list.children.length)
    next?.querySelector('button:not([hidden]), a:not([hidden])')?.focus()
  }

  hide(id) {
    this.except = id
    return this.show()
  }

  paint(row, item) {
    const made = row ?? this.row.content.firstElementChild.cloneNode(true)
    Object.assign(made.dataset, { id: item.id, state: item.state })
    const set = (name, text) => { made.querySelector(`[data-${name}]`).textContent = text }
    set('title', item.title)
    set('line', [timeOf(item.queued), item.photos.length && fill(this.words.photos, { count: item.photos.length })]
      .filter(Boolean).join(' · '))
    set('state', this.stateOf(item))
    this.paintProgress(made, item.state === 'waiting' ? this.percents?.[item.id] : undefined)
    this.paintSaid(made, item)
    this.paintActions(made, item)
    return made
  }

  stateOf({ id, state, status, answer, tries }) {
    const { words } = this
    if (state === 'refused') return status === CONFLICT ? words.conflict : words.refused
    if (state === 'sent') {
      const number = element(answer)?.querySelector('.done-number strong')?.textContent
      return number ? fill(words.sent, { number }) : words.sent_plain
    }
    if (this.ended === 'signed-out') return words.signed_out
    const percent = this.percents?.[id]
    if (percent !== undefined) return fill(words.sending, { percent: `${percent}%` })
    return tries ? words.later : words.waiting
  }

  paintProgress(row, percent) {
    const bar = row.querySelector('progress')
    bar.hidden = percent === undefined
    if (percent === undefined) return
    bar.value = percent
    row.querySelector('[data-state]').textContent = fill(this.words.sending, { percent: `${percent}%` })
  }

  paintSaid(row, item) {
    const box = row.querySelector('[data-said]')
    box.hidden = item.state !== 'refused'
    if (item.state === 'refused') box.querySelector('span').textContent = saidIn(item.answer) || this.words.why_unknown
  }

  paintActions(row, item) {
    const refused = item.state === 'refused'
    const shows = {
      // Of what never came to be there is no page; a form takes it back itself.
      see: item.page && (item.state === 'sent' || (refused && item.kind === 'act')),
      signIn: item.state === 'waiting' && this.ended === 'signed-out',
      correct: (item.kind === 'report' && item.state !== 'sent') || (item.kind === 'form' && refused),
      again: refused,
      away: item.state !== 'sent',
      seen: item.state === 'sent',
    }
    for (const [name, shown] of Object.entries(shows)) {
      const selector = `[data-${name.replace('I', '-i')}]`
      row.querySelector(selector).hidden = !shown
    }
    row.querySelector('[data-see]').href = item.page || '#'
    const form = item.kind === 'form' ? item.page : item.url
    row.querySelector('[data-correct]').href = `${form}?back=${item.id}`
    const back = encodeURIComponent(location.pathname)
    row.querySelector('[data-sign-in]').href = `${this.dataset.login}?next=${back}`
  }

  clicked(event) {
    const row = event.target.closest('[data-id]')
    const button = event.target.closest('button')
    if (!row || !button) return
    const { id } = row.dataset
    if ('again' in button.dataset) retry(id)
    if ('seen' in button.dataset) seen(id)
    if ('away' in button.dataset && confirm(this.words.sure)) discard(id)
  }
}

function timeOf(moment) {
  return new Date(moment).toLocaleString(document.documentElement.lang, {
    month: 'numeric', day: 'numeric', hour: '2-digit', minute: '2-digit',
  })
}

customElements.define('field-outbox', FieldOutbox)
