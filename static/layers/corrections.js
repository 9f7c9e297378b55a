// <correction-desk>: the provider's list follows what comes in and what is answered.
import { element, fetchFragment } from 'govmap/http'
import { listen } from 'govmap/live'
import { tick } from 'govmap/clock'

const TOGETHER = 300 // ms: many events at once ask once

class CorrectionDesk extends HTMLElement {
  connectedCallback() {
    this.rows = this.querySelector('[data-rows]')
    const renew = () => {
      clearTimeout(this.timer)
      this.timer = setTimeout(() => this.renew(), TOGETHER)
    }
    this.live = listen(this.dataset.live, { correction: renew, reload: () => location.reload() })
    this.querySelector('[data-filters]').addEventListener('change', (event) => event.currentTarget.requestSubmit())
  }

  disconnectedCallback() {
    clearTimeout(this.timer)
    this.live.close()
  }

  async renew() {
    const { ok, html, response } = await fetchFragment(location.href)
    if (!ok || response.redirected) return
    const focused = document.activeElement?.closest('tr')?.id
    this.rows.replaceChildren(element(html))
    tick(this.rows)
    if (focused) document.getElementById(focused)?.querySelector('a').focus()
  }
}

customElements.define('correction-desk', CorrectionDesk)
