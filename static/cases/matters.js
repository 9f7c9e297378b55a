// <matter-list>: the library follows what is raised, decided and ended.
// <matter-form>: units found by typing, the order of an agenda.
import { element, fetchFragment } from 'govmap/http'
import { listen } from 'govmap/live'
import { tick } from 'govmap/clock'
import { orderAgenda } from 'cases/agenda'

const TOGETHER = 300 // ms: many events at once ask once

class MatterList extends HTMLElement {
  connectedCallback() {
    this.rows = this.querySelector('[data-rows]')
    const renew = () => {
      clearTimeout(this.timer)
      this.timer = setTimeout(() => this.renew(), TOGETHER)
    }
    this.live = listen(this.dataset.live, { matter: renew, matter_task: renew, reload: () => location.reload() })
    this.querySelector('[data-filters]').addEventListener('change', (event) => {
      if (event.target.matches('select, input[type=checkbox]')) event.currentTarget.requestSubmit()
    })
    this.dataset.ready = 'true'
  }

  disconnectedCallback() {
    clearTimeout(this.timer)
    this.live.close()
  }

  async renew() {
    const { ok, html, response } = await fetchFragment(location.href)
    if (!ok || response.redirected) return
    const focused = document.activeElement?.closest('.matter-row')?.id
    this.rows.replaceChildren(element(html))
    tick(this.rows)
    if (focused) document.getElementById(focused)?.querySelector('a').focus()
  }
}
customElements.define('matter-list', MatterList)

class MatterForm extends HTMLElement {
  connectedCallback() {
    orderAgenda(this)
    const input = this.querySelector('[data-find-unit]')
    const options = Array.from(this.querySelectorAll('[data-units] .option'))
    input?.addEventListener('input', () => {
      const text = input.value.trim()
      for (const option of options) {
        const chosen = option.querySelector('input').checked
        option.hidden = !chosen && !option.textContent.includes(text)
      }
    })
    input?.addEventListener('keydown', (event) => { if (event.key === 'Enter') event.preventDefault() })
    this.dataset.ready = 'true'
  }
}
customElements.define('matter-form', MatterForm)
