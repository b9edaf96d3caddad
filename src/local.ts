const LOCAL = /^(localhost|127\.\d+\.\d+\.\d+|\[::1\])$/;

/** Whether a host name is one of this machine, whose connections nobody else hears. */
export const isLocalHost = (hostname: string): boolean => LOCAL.test(hostname);
