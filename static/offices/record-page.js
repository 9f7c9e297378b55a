// The page of one record: its moves, its map, and the fields that a step fills in.
import { RecordFields } from 'offices/record-fields'
import { SubjectPage } from 'workflow/subject-page'

class RecordPage extends SubjectPage {
  get kind() { return 'record' }

  connectedCallback() {
    this.words = JSON.parse(document.getElementById('record-words').textContent)
    super.connectedCallback()
    this.steps()
    this.dataset.ready = 'true'
  }

  put(html) {
    super.put(html)
    this.steps()
  }

  steps() {
    for (const step of this.querySelectorAll('.module-step')) {
      new RecordFields(step, { words: this.words })
    }
  }

  async makeMap(box, center) {
    const { createMap } = await import('layers/map-core')
    return createMap(box, { center, zoom: 17 })
  }

  drawn() { this.pin('') }
}
customElements.define('record-page', RecordPage)
