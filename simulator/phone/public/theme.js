// Runs before the first paint. The inbox keeps its choice under the same name, so that both look alike side by side.
(() => {
  let wanted = 'system'
  try { wanted = JSON.parse(localStorage.getItem('loupe.theme') ?? '"system"') }
  catch {}
  const dark = wanted === 'dark' || (wanted !== 'light' && matchMedia('(prefers-color-scheme: dark)').matches)
  document.documentElement.dataset.theme = dark ? 'dark' : 'light'
})()
