// The pages without a cluster (the list, signing in): only the styles.
import "./styles/tokens.css";
import "./styles/base.css";
import "./styles/parts.css";
import "./styles/page.css";
