// The page of a version: its head with the moves, the differences on the map and as
// rows, and what happens to it meanwhile.
import { element, fetchFragment } from 'govmap/http'
import { keys } from 'govmap/keys'
import { listen } from 'govmap/live'
import { notify } from 'govmap/notice'
import { DifferenceMap } from 'layers/version-map'
import { place } from 'workflow/move-form'

const SEARCH_WAIT = 250 // ms after the last key

class VersionPage extends HTMLElement {
  connectedCallback() {
    this.head = this.querySelector('[data-version-slot]')
    this.rows = this.querySelector('[data-rows-slot]')
    this.table = this.rows.querySelector('table')
    this.filters = this.querySelector('[data-filters]')
    this.addEventListener('move:answer', ({ detail }) => this.answered(detail))
    this.rows.addEventListener('click', (event) => this.clicked(event))
    this.filter()
    keys({
      j: () => this.step(1), k: () => this.step(-1),
      Enter: () => this.current && this.choose(this.current),
      '/': () => this.filters.elements.q.select(),
    })
    this.stream = listen(this.dataset.live, {
      version: ({ uuid }) => this.heard(uuid),
      reload: () => this.refresh(),
    })
    this.draw()
  }

  disconnectedCallback() {
    this.stream.close()
    this.map?.map?.destroy()
  }

  get current() { return this.table.querySelector('[aria-current]') }
  form() { return this.head.querySelector('move-form:not([hidden])') }

  /* The head */

  answered({ ok, status, html }) {
    if (status === 403 || status === 404) return notify(element(html)?.textContent.trim() ?? '', { kind: 'error' })
    this.put(html)
    if (!ok) this.form()?.focusFirst()
  }

  put(html) {
    const made = place(this.head, html)
    window.htmx?.process(made) // while a worker is at it, it asks again
    const history = made.querySelector('[data-fresh-history]')
    if (history) this.querySelector('[data-history]')?.replaceChildren(history.content)
    return made
  }

  async heard(uuid) {
    if (uuid === this.dataset.uuid) await this.refresh()
    this.map?.map?.refresh()
  }

  // Not over what somebody is typing: sending it will say what changed.
  async refresh() {
    const { ok, html } = await fetchFragment(this.dataset.page)
    if (!ok || element(html).dataset.events === this.head.firstElementChild.dataset.events) return
    if (!this.form()?.dirty) return this.put(html)
    notify(this.dataset.changed, { action: { word: this.dataset.look, do: () => this.put(html) } })
  }

  /* The rows */

  query() {
    const data = new FormData(this.filters)
    const query = new URLSearchParams()
    for (const [name, value] of data) if (value) query.set(name, value)
    return query
  }

  filter() {
    let timer = 0
    const look = () => { clearTimeout(timer); this.look() }
    this.filters.addEventListener('submit', (event) => { event.preventDefault(); look() })
    this.filters.addEventListener('change', look)
    this.filters.elements.q.addEventListener('input', () => {
      clearTimeout(timer)
      timer = setTimeout(() => this.look(), SEARCH_WAIT)
    })
  }

  async look() {
    const query = this.query()
    history.replaceState(null, '', `?${query}`)
    this.map?.refresh().then(() => this.map.complete && this.map.fit())
    const body = await this.read(query)
    if (!body) return
    for (const old of this.table.tBodies) old.remove()
    this.table.append(body)
    this.rows.scrollTop = 0
  }

  async read(query) {
    this.asking?.abort()
    this.asking = new AbortController()
    this.rows.setAttribute('aria-busy', 'true')
    try {
      const { ok, html } = await fetchFragment(`${this.dataset.rows}?${query}`, { signal: this.asking.signal })
      if (ok) return element(html)
      notify(this.dataset.failed, { kind: 'error' })
    } catch (error) {
      if (error.name !== 'AbortError') throw error
    } finally {
      this.rows.setAttribute('aria-busy', 'false')
    }
    return null
  }

  clicked(event) {
    const more = event.target.closest('[data-more]')
    const row = event.target.closest('.difference')
    if (more) {
      event.preventDefault()
      this.more(more)
    } else if (row && !String(getSelection())) {
      this.choose(row)
    }
  }

  async more(link) {
    const query = this.query()
    query.set('after', link.dataset.more)
    link.setAttribute('aria-disabled', 'true')
    const body = await this.read(query)
    if (!body) return link.removeAttribute('aria-disabled')
    link.closest('tbody').querySelector('.difference-more').remove()
    const first = body.querySelector('.difference')
    this.table.tBodies[0].append(...body.children)
    first?.querySelector('[data-show]').focus({ preventScroll: true })
  }

  step(by) {
    const rows = Array.from(this.table.querySelectorAll('.difference'))
    const at = rows.indexOf(this.current)
    const next = rows[at < 0 ? 0 : Math.min(Math.max(at + by, 0), rows.length - 1)]
    if (next && next !== this.current) this.choose(next)
  }

  choose(row) {
    this.current?.removeAttribute('aria-current')
    row.setAttribute('aria-current', 'true')
    row.scrollIntoView({ block: 'nearest' })
    row.querySelector('[data-show]').focus({ preventScroll: true })
    this.map?.show({ row: Number(row.dataset.row), change: row.dataset.change, box: row.dataset.box.split(',').map(Number) })
  }

  // Something on the map: its row, fetched by its key where it is not on this page.
  async pick({ key, change }) {
    const found = () => this.table.querySelector(`.difference[data-key="${CSS.escape(key)}"][data-change="${change}"]`)
    if (!found()) {
      this.filters.elements.q.value = key
      const body = await this.read(this.query())
      if (!body) return
      for (const old of this.table.tBodies) old.remove()
      this.table.append(body)
    }
    if (found()) this.choose(found())
  }

  /* The map */

  async draw() {
    const note = this.querySelector('[data-map-note]')
    const trouble = this.querySelector('[data-trouble]')
    this.addEventListener('map:error', ({ detail }) => { trouble.hidden = false; trouble.firstElementChild.textContent = detail.text })
    this.addEventListener('map:calm', () => { trouble.hidden = true })
    trouble.querySelector('[data-retry]').addEventListener('click', () => this.map.map?.retry())
    this.map = new DifferenceMap(this.querySelector('.map'), {
      places: this.dataset.places,
      tiles: this.dataset.tiles,
      layer: this.dataset.layer,
      query: () => this.query(),
      onPick: (properties) => this.pick(properties),
      onPartial: (partial) => { note.hidden = !partial },
    })
    try {
      await this.map.start()
    } catch (error) {
      console.warn(error) // the page is whole without a map
    }
  }
}
customElements.define('version-page', VersionPage)
