// The page on which a demo is written.
import "../styles/tokens.css";
import "../styles/base.css";
import "../styles/parts.css";
import "../styles/frame.css";
import { render } from "preact";
import "../styles/small.css";
import { Author } from "./Author";
import "../scheduling/panels.css";
import "./author.css";

render(<Author />, document.getElementById("app")!);
