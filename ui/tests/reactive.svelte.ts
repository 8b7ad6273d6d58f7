/** Props that a mounted part follows when they are changed. */
export function reactive<P extends object>(props: P): P {
  const followed = $state(props);
  return followed;
}
