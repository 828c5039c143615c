// A test's hands on a field: React hears only of a value that was set past its own setter.
export function type(element: HTMLInputElement, value: string): void {
  const set = Object.getOwnPropertyDescriptor(HTMLInputElement.prototype, 'value')?.set
  set?.call(element, value)
  element.dispatchEvent(new Event('input', { bubbles: true }))
}
