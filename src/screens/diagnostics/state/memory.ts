/** Memory and cores, as far as the browser tells. */
export interface Memory {
  /** Bytes that the page's own objects take and may take; null where the browser does not say. */
  readonly usedBytes: number | null;
  readonly limitBytes: number | null;
  /** Of the machine, in GiB, rounded by the browser and at most 8 in some; null where it does not say. */
  readonly machineGb: number | null;
  readonly cores: number | null;
}

interface Telling {
  readonly performance: Pick<Performance, 'timeOrigin'> & {
    readonly memory?: { readonly usedJSHeapSize: number; readonly jsHeapSizeLimit: number };
  };
  readonly navigator: { readonly deviceMemory?: number; readonly hardwareConcurrency?: number };
}

export function memoryOf({ performance: { memory }, navigator }: Telling): Memory {
  return {
    usedBytes: memory?.usedJSHeapSize ?? null,
    limitBytes: memory?.jsHeapSizeLimit ?? null,
    machineGb: navigator.deviceMemory ?? null,
    cores: navigator.hardwareConcurrency ?? null,
  };
}
