// The list of one kind of subjects: it follows what happens to them.
//
// A page's element extends SubjectList and names the kinds whose events change its rows
// (`kinds`); whatever it draws besides goes into `renewed()`, done before the rows.
//
//   data-rows   what is fetched again     data-filters   their form     data-live   the stream
import { element, fetchFragment } from 'govmap/http'
import { listen } from 'govmap/live'
import { tick } from 'govmap/clock'

const TOGETHER = 300 // ms: many events at once ask once
const SENDS = 'select, input[type=checkbox], input[type=radio]'

export class SubjectList extends HTMLElement {
  connectedCallback() {
    this.rows = this.querySelector('[data-rows]')
    const soon = () => {
      clearTimeout(this.timer)
      this.timer = setTimeout(() => this.renew(), TOGETHER)
    }
    const heard = Object.fromEntries(this.kinds.map((kind) => [kind, soon]))
    this.live = listen(this.dataset.live, { ...heard, reload: () => location.reload() })
    this.querySelector('[data-filters]').addEventListener('change', (event) => {
      if (event.target.matches(SENDS)) event.currentTarget.requestSubmit()
    })
    this.dataset.ready = 'true'
  }

  disconnectedCallback() {
    clearTimeout(this.timer)
    this.live.close()
  }

  renewed() {}

  // The rows as the server draws them now; who stood on one stands on it still.
  async renew() {
    this.renewed()
    const { ok, html, response } = await fetchFragment(location.href)
    if (!ok || response.redirected) return
    const here = this.rows.contains(document.activeElement)
    const focused = here ? document.activeElement.closest('[id]')?.id : null
    this.rows.replaceChildren(element(html))
    tick(this.rows)
    if (focused) document.getElementById(focused)?.querySelector('a')?.focus()
  }
}
