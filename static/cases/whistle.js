// The page of one whistle: its units, the one tap that says that one is there, its map.
import { post, uuid } from 'govmap/http'
import { notify } from 'govmap/notice'
import { bodyOf } from 'workflow/body'
import { SubjectPage } from 'workflow/subject-page'

class WhistlePage extends SubjectPage {
  get kind() { return 'whistle' }

  connectedCallback() {
    super.connectedCallback()
    this.addEventListener('submit', (event) => {
      if (!event.target.matches('[data-tap]')) return
      event.preventDefault()
      this.tap(event.target)
    })
    this.dataset.ready = 'true'
  }

  // Each unit's tap is an act of its own. Sent again after a lost answer it is the same
  // one, for it keeps its id until the page is drawn anew.
  async tap(form) {
    if (form.dataset.busy) return
    form.dataset.busy = 'true'
    form.dataset.act ||= uuid()
    form.elements.act_id.value = form.dataset.act
    const { ok, status, data } = await post(form.action, bodyOf(form))
    delete form.dataset.busy
    if (status === 0 || status >= 500) return notify(this.dataset.lost, { kind: 'error' })
    return this.answered({ ok, status, html: data })
  }

  async makeMap(box, center) {
    const { createMap } = await import('layers/map-core')
    return createMap(box, { center, zoom: 17 })
  }

  drawn() { this.pin('哨') }
}
customElements.define('whistle-page', WhistlePage)
