// A list of cases with one of them open beside it: the desk and the review are this.
import { element, fetchFragment } from 'govmap/http'
import { keys } from 'govmap/keys'
import { listen } from 'govmap/live'
import { notify } from 'govmap/notice'
import { tick } from 'govmap/clock'
import { showPhotos } from 'workflow/photo-dialog'
import 'workflow/photo'
import { openForm, place } from 'workflow/move-form'
import 'cases/follow'
import { Picking } from 'cases/picking'

const SETTLES = 400 // ms without news before the unread are counted anew
const rank = ({ dataset }) => Number(dataset.rank ?? 0)
const due = ({ dataset }) => Date.parse(dataset.due) || Infinity

export class CaseList extends HTMLElement {
  connectedCallback() {
    this.rows = this.querySelector('[data-rows]')
    this.pane = this.querySelector('[data-case-slot]')
    this.waiting = new Set()
    this.picking = new Picking(this)
    this.addEventListener('click', (event) => this.clicked(event))
    this.addEventListener('move:answer', ({ detail }) => this.answered(detail))
    this.querySelector('[data-filters]').addEventListener('change', (event) => {
      if (event.target.matches('select, input[type=radio]')) event.currentTarget.requestSubmit()
    })
    keys({
      j: () => this.step(1), k: () => this.step(-1),
      ArrowDown: () => this.onList() && this.step(1), ArrowUp: () => this.onList() && this.step(-1),
      Enter: () => this.form()?.focusFirst(),
      '/': () => this.querySelector('[data-search]').select(),
      Escape: () => this.picking.none() || this.back(),
      x: () => this.current && this.picking.toggle(this.current),
      X: () => this.picking.all(),
      b: () => this.picking.send(),
      u: () => this.current && this.picking.mark([this.current.dataset.uuid], 'yes'),
      '[': () => this.stepView(-1), ']': () => this.stepView(1),
      ...Object.fromEntries(Array.from('123456789', (key) => [key, () => this.choose(Number(key))])),
    })
    this.addEventListener('keydown', (event) => {
      if (event.key === 'Escape' && event.target.closest('input, textarea, select')) this.back()
    })
    document.addEventListener('keydown', (event) => {
      if (event.repeat || event.target.closest('form')) return
      if (event.key === 'Enter' && (event.ctrlKey || event.metaKey)) {
        this.form()?.querySelector('form').requestSubmit()
      }
    })
    addEventListener('popstate', () => {
      if (new URLSearchParams(location.search).has('case')) location.reload()
      else this.back()
    })
    showPhotos(this)
    this.querySelector('.view-tabs [aria-current]')?.scrollIntoView({ block: 'nearest', inline: 'center' })
    this.listen()
  }

  disconnectedCallback() {
    this.stream?.close()
  }

  // Which part of a case the server draws; '' is the whole.
  get part() { return this.dataset.part ?? '' }
  get current() { return this.rows.querySelector('[aria-current]')?.closest('.case-row') }
  get openCase() { return this.pane.querySelector('[data-case]') }
  form() { return this.pane.querySelector('move-form:not([hidden])') }
  row(uuid) { return this.querySelector(`#row-${CSS.escape(uuid)}`) }
  onList() { return this.rows.contains(document.activeElement) || document.activeElement === document.body }

  /* Choosing */

  clicked(event) {
    const box = event.target.closest('.case-pick input')
    if (box) return this.picked(event, box)
    if (event.shiftKey && event.target.closest('.case-link')) {
      event.preventDefault()
      const near = this.picking.box(event.target.closest('.case-row'))
      near.checked = !near.checked
      return this.picked(event, near)
    }
    if (event.ctrlKey || event.metaKey || event.shiftKey) return
    const more = event.target.closest('[data-more]')
    const link = event.target.closest('.case-link')
    const back = event.target.closest('[data-back]')
    if (!more && !link && !back) return
    event.preventDefault()
    if (more) this.showMore(more)
    else if (back) this.back()
    else this.chose(link.closest('.case-row'))
  }

  // The keys work on after a click with the mouse: they would not in a field.
  picked(event, box) {
    this.picking.clicked(event, box)
    if (event.detail) box.closest('.case-row').querySelector('.case-link').focus({ preventScroll: true })
  }

  stepView(by) {
    const tabs = Array.from(this.querySelectorAll('.view-tabs a'))
    const at = tabs.findIndex((tab) => tab.hasAttribute('aria-current'))
    tabs[Math.min(Math.max(at + by, 0), tabs.length - 1)]?.click()
  }

  // Enter on the case that is open goes on to its form.
  chose(row) {
    if (this.openCase?.dataset.case === row.dataset.uuid && this.classList.contains('desk-open')) this.form()?.focusFirst()
    else this.open(row)
  }

  step(by) {
    const rows = Array.from(this.rows.querySelectorAll('.case-row'))
    const at = rows.indexOf(this.current)
    const next = rows[at < 0 ? 0 : Math.min(Math.max(at + by, 0), rows.length - 1)]
    if (next && next !== this.current) this.open(next)
  }

  async open(row) {
    row.scrollIntoView({ block: 'nearest' })
    const link = row.querySelector('.case-link')
    link.focus({ preventScroll: true })
    // On a phone the case lies over the list, and the way back is the browser's.
    if (this.classList.contains('desk-open')) history.replaceState(null, '', link.href)
    else history.pushState(null, '', link.href)
    this.classList.add('desk-open')
    const wasUnread = row.classList.contains('is-unread')
    this.mark(row)
    await this.load(row.dataset.uuid)
    if (wasUnread) this.countUnread()
  }

  mark(row) {
    const before = this.current
    before?.querySelector('[aria-current]').removeAttribute('aria-current')
    if (before && before !== row && 'leaves' in before.dataset) this.remove(before.dataset.uuid)
    row?.querySelector('.case-link').setAttribute('aria-current', 'true')
    row?.classList.remove('is-new')
    row?.classList.remove('is-unread')
    this.countNew()
  }

  // The last asked for wins, however the answers come in.
  async load(uuid, { announce = true } = {}) {
    this.asking?.abort()
    this.asking = new AbortController()
    try {
      const { ok, status, html } = await fetchFragment(this.paneUrl(uuid), { signal: this.asking.signal })
      if (ok) this.show(html)
      else if (status === 404) this.remove(uuid)
      else if (announce) notify(this.dataset.failed, { kind: 'error' })
    } catch (error) {
      if (error.name !== 'AbortError') throw error
    }
  }

  paneUrl(uuid) { return `/cases/${uuid}/pane/?as=${this.part}` }

  show(html) {
    const shown = place(this.pane, html)
    tick(shown)
    this.shown(shown)
  }

  // For the page: another case, or another state of it, is in the pane.
  shown() {}

  back() {
    this.classList.remove('desk-open')
    const link = this.current?.querySelector('.case-link')
    if (link) link.focus()
    else document.activeElement.blur()
  }

  // The n-th form of the case.
  choose(number) {
    const all = this.pane.querySelectorAll('move-form')
    const wanted = all[number - 1]
    if (!wanted) return false
    openForm(wanted)
    return true
  }

  /* Acting */

  answered({ ok, status, html }) {
    if (status === 403 || status === 404) return notify(element(html)?.textContent.trim() || this.dataset.failed, { kind: 'error' })
    this.show(html)
    if (ok) this.form()?.querySelector('.move-send').focus()
    else this.form()?.focusFirst()
    if (ok && !this.form()) this.current?.querySelector('.case-link').focus({ preventScroll: true })
  }

  /* Listening */

  listen() {
    const light = this.querySelector('[data-live-state]')
    this.stream = listen(this.dataset.live, {
      case: ({ uuid }) => this.heard(uuid),
      reload: () => location.reload(),
    }, {
      state: (connected) => {
        light.dataset.connected = String(connected)
        light.textContent = connected ? light.dataset.on : light.dataset.off
      },
    })
  }

  // A hundred at once are fetched one after the other, each once.
  async heard(uuid) {
    this.waiting.add(uuid)
    if (this.working) return
    this.working = true
    while (this.waiting.size) {
      const [next] = this.waiting
      this.waiting.delete(next)
      await this.refresh(next)
    }
    this.working = false
    this.countUnread()
  }

  async refresh(uuid) {
    const address = new URL(`/cases/${uuid}/row/${location.search}`, location.href)
    address.searchParams.set('as', this.part)
    const { ok, status, html, response } = await fetchFragment(address)
    this.rowAnswered(uuid, response)
    if (status === 204 || status === 404) this.remove(uuid)
    else if (ok) this.put(uuid, element(html))
    if (this.openCase?.dataset.case === uuid) await this.refreshOpen(uuid)
  }

  // For the page: what the answer says beside the row.
  rowAnswered() {}

  put(uuid, fresh) {
    const stale = this.row(uuid)
    // What lies open is read as it changes.
    if (this.openCase?.dataset.case === uuid) fresh.classList.remove('is-unread')
    if (stale && rank(stale) !== rank(fresh)) stale.remove()
    if (stale) {
      if (stale.classList.contains('is-new')) fresh.classList.add('is-new')
      if (stale === this.current) fresh.querySelector('.case-link').setAttribute('aria-current', 'true')
      const focused = stale.contains(document.activeElement)
      if (stale.isConnected) stale.replaceWith(fresh)
      else this.rows.insertBefore(fresh, this.successor(fresh))
      if (focused) fresh.querySelector('.case-link').focus({ preventScroll: true })
    } else {
      this.insert(fresh)
    }
    this.changed()
  }

  // The row that it stands before: what a special period puts first stays on top, and
  // among its like what has just come, or by time what is due first.
  successor(fresh) {
    const byDue = new URLSearchParams(location.search).get('sort') === 'due'
    const rows = Array.from(this.rows.querySelectorAll('.case-row'))
    const later = (row) => rank(row) < rank(fresh) || (rank(row) === rank(fresh) && (!byDue || due(row) > due(fresh)))
    return rows.find(later) ?? this.rows.querySelector('.case-more')
  }

  // Without moving what somebody is reading.
  insert(fresh) {
    const { scrollTop, scrollHeight } = this.rows
    fresh.classList.add('is-new')
    if (this.openCase?.dataset.case === fresh.dataset.uuid) fresh.classList.remove('is-new')
    const next = this.successor(fresh)
    const above = scrollTop > 0 && (!next || next.offsetTop - this.rows.offsetTop <= scrollTop)
    this.rows.insertBefore(fresh, next)
    if (above) this.rows.scrollTop = scrollTop + this.rows.scrollHeight - scrollHeight
    this.count(1)
    this.querySelector('[data-said]').textContent = `${this.dataset.arrived}: ${fresh.dataset.label}`
  }

  remove(uuid) {
    const row = this.row(uuid)
    if (!row) return
    // What is open stays in sight until the next is chosen.
    if (row === this.current) {
      row.dataset.leaves = ''
      return
    }
    row.remove()
    this.count(-1)
    this.changed()
  }

  // Not over what somebody is typing.
  async refreshOpen(uuid) {
    const { ok, html } = await fetchFragment(this.paneUrl(uuid))
    const open = this.openCase
    if (!ok || open?.dataset.case !== uuid) return
    if (element(html).dataset.events === open.dataset.events) return
    if (!this.form()?.dirty && !open.querySelector('[data-unsent]')) return this.show(html)
    if (await open.querySelector('case-talk')?.freshen()) return
    notify(this.dataset.changed, { action: { word: this.dataset.look, do: () => this.load(uuid) } })
  }

  // For the page: rows came, changed or went.
  changed() {
    this.querySelector('[data-empty]').hidden = Boolean(this.rows.querySelector('.case-row'))
    this.picking.renew()
    this.countNew()
  }

  count(by) {
    const place = this.querySelector('[data-count]')
    const now = Number(place.dataset.count) + by
    place.dataset.count = String(now)
    if (now <= 1000) place.textContent = now.toLocaleString('en')
  }

  countNew() {
    const fresh = this.rows.querySelectorAll('.is-new').length
    document.title = (fresh ? `(${fresh}) ` : '') + document.title.replace(/^\(\d+\) /, '')
  }

  // Counted by the server, once all that has just come is told.
  countUnread() {
    clearTimeout(this.counting)
    this.counting = setTimeout(async () => {
      const { ok, html } = await fetchFragment(`/desk/unread/?as=${this.part}`)
      if (ok) this.querySelector('[data-unread]').textContent = html
    }, SETTLES)
  }

  async showMore(link) {
    link.setAttribute('aria-disabled', 'true')
    const { ok, html } = await fetchFragment(link.href)
    if (!ok) {
      link.removeAttribute('aria-disabled')
      return notify(this.dataset.failed, { kind: 'error' })
    }
    const template = document.createElement('template')
    template.innerHTML = html
    link.closest('.case-more').replaceWith(template.content)
    this.changed()
  }
}
