// What the page says about itself: addresses, the kinds that the API serves, the language.

export interface KindConfig {
  resource: string;
  kind: string;
  plural: string;
  group: string;
  version: string;
  namespaced: boolean;
}

interface Config {
  cluster: string;
  ws: string;
  api: string;
  csrf: string;
  mayChange: boolean; // false: one may look, and no more
  lang: string;
  kinds: KindConfig[];
  record?: string; // where what was done here becomes a demo
  presentation?: { back: string } | null; // that was left to explore this cluster
  urls: { control: string; feasible: string; why: string; setLanguage: string };
}

function read(): Config {
  const given = JSON.parse(document.getElementById("k8sviz-config")?.textContent ?? "{}") as Partial<Config>;
  const cluster = given.cluster ?? "";
  const page = `/c/${cluster}/`;
  return {
    cluster,
    ws: given.ws ?? `/ws/c/${cluster}/`,
    api: given.api ?? `/k8s/${cluster}`,
    csrf: given.csrf ?? "",
    mayChange: given.mayChange ?? true,
    lang: given.lang ?? document.documentElement.lang,
    kinds: given.kinds ?? [],
    record: given.record ?? "",
    presentation: given.presentation ?? null,
    urls: { control: `${page}control`, feasible: `${page}feasible`, why: `${page}why/`, setLanguage: "/i18n/setlang/", ...given.urls },
  };
}

export const config = read();
