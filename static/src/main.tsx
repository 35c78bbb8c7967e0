// The page of one cluster: mounts the frame, opens the live connection.
import "./styles/tokens.css";
import "./styles/base.css";
import "./styles/parts.css";
import "./styles/frame.css";
import { render } from "preact";
import { App } from "./app/App";
import { config } from "./app/config";
import { listen } from "./app/keys";
import { expose } from "./live/expose";
import { followAddress } from "./live/past";
import { connect } from "./live/socket";
import "./app/everyView";
import "./styles/small.css"

render(<App />, document.getElementById("app")!);
listen();
expose();
connect(config.ws);
followAddress();
