// 受理派遣: the list of cases with the map that follows it.
import { notify } from 'govmap/notice'
import { CaseMapList, CLOSE } from 'cases/case-map'
import 'cases/alarm'
import 'cases/proposal'
import 'workflow/presence'

class CaseDesk extends CaseMapList {
  async connectedCallback() {
    super.connectedCallback()
    this.addEventListener('proposal:done', ({ detail }) => this.goOn(detail.said))
    this.opened = (event) => this.lookAt(event)
    document.addEventListener('urgent:open', this.opened)
    this.tellShown()
    if (!(await this.draw())) return
    this.fit()
    super.shown()
  }

  disconnectedCallback() {
    super.disconnectedCallback()
    document.removeEventListener('urgent:open', this.opened)
  }

  shown() {
    super.shown()
    this.tellShown()
  }

  // On the desk a case is looked at from near.
  tooFar(zoom) { return zoom < CLOSE }

  // Whoever has opened urgent news has seen it.
  tellShown() {
    const uuid = this.openCase?.dataset.case
    if (uuid) document.dispatchEvent(new CustomEvent('subject:shown', { detail: { uuid } }))
  }

  // An urgent case of the banner opens where it is, if the list has it.
  lookAt(event) {
    const row = event.detail.kind === 'case' && this.row(event.detail.uuid)
    if (!row) return
    event.preventDefault()
    this.open(row)
  }

  // What the server says of a row beside it: urgent news, also where it is none of ours.
  rowAnswered(uuid, response) {
    if (!response?.headers.has('X-Urgent') || this.openCase?.dataset.case === uuid) return
    document.dispatchEvent(new CustomEvent('urgent:news', { detail: { kind: 'case', uuid } }))
  }

  // A whole case is off the desk: the next one that waits opens by itself.
  goOn(said) {
    notify(said, { kind: 'success' })
    const rows = Array.from(this.rows.querySelectorAll('.case-row'))
    const at = rows.indexOf(this.current)
    const later = [...rows.slice(at + 1), ...rows.slice(0, Math.max(at, 0)).reverse()]
    const next = later.find((row) => !('leaves' in row.dataset))
    if (next) this.open(next)
  }
}
customElements.define('case-desk', CaseDesk)
