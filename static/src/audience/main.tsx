// The page of a follower: mounts the frame, opens the cluster's connection and the presentation's.
import "../styles/tokens.css";
import "../styles/base.css";
import "../styles/parts.css";
import "../styles/frame.css";
import { render } from "preact";
import { config } from "../app/config";
import { expose } from "../live/expose";
import { connect } from "../live/socket";
import "../app/everyView";
import "../styles/small.css";
import { Audience } from "./Audience";
import "./audience.css";
import { follow } from "./follow";
import { about, enter } from "./hall";
import { light } from "./lights";

const { ws, preview } = about<{ ws: string; preview: boolean }>();
render(<Audience />, document.getElementById("app")!);
expose();
follow();
light();
connect(config.ws);
enter(preview ? `${ws}?preview` : ws);
