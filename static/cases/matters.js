// <matter-list>: the library follows what is raised, decided and ended.
// <matter-form>: units found by typing, the order of an agenda.
import { SubjectList } from 'workflow/subject-list'
import { orderAgenda } from 'cases/agenda'

class MatterList extends SubjectList {
  get kinds() { return ['matter', 'matter_task'] }
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
