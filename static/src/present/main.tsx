// The presenter's page: mounts the console, opens the cluster's connection and the presentation's.
import "../styles/tokens.css";
import "../styles/base.css";
import "../styles/parts.css";
import "../styles/frame.css";
import { render } from "preact";
import { config } from "../app/config";
import { listen } from "../app/keys";
import { enter } from "../audience/hall";
import { expose } from "../live/expose";
import { connect } from "../live/socket";
import "../styles/small.css";
import { Console } from "./Console";
import { useOwnKeys } from "./keys";
import { takeWhatIsFree } from "./orders";
import { plan } from "./plan";
import "../audience/audience.css";
import "./present.css";

useOwnKeys();
render(<Console />, document.getElementById("app")!);
listen();
expose();
takeWhatIsFree();
connect(config.ws);
enter(plan.ws);
