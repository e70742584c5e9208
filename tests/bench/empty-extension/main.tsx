import { render } from 'preact';

render(<p role="status">Idle</p>, document.body);
