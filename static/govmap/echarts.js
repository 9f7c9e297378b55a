// ECharts, fetched when the first chart is looked at: echarts(address) → the library.

let loading = null

export function echarts(src) {
  loading ??= new Promise((resolve, reject) => {
    const script = document.createElement('script')
    script.src = src
    script.onload = () => resolve(globalThis.echarts)
    script.onerror = () => reject(new Error(src))
    document.head.append(script)
  })
  return loading
}
