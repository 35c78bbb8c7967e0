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
  lang: string;
  kinds: KindConfig[];
  urls: { page: string; home: string; setlang: string } & Record<string, string>;
}

function read(): Config {
  const given = JSON.parse(document.getElementById("k8sviz-config")?.textContent ?? "{}") as Partial<Config>;
  const cluster = given.cluster ?? "";
  return {
    cluster,
    ws: given.ws ?? `/ws/c/${cluster}/`,
    api: given.api ?? `/k8s/${cluster}`,
    csrf: given.csrf ?? "",
    lang: given.lang ?? document.documentElement.lang,
    kinds: given.kinds ?? [],
    urls: { page: `/c/${cluster}/`, home: "/", setlang: "/i18n/setlang/", ...given.urls },
  };
}

export const config = read();
