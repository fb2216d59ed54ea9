// Validates an AsyncAPI document with the parser of AsyncAPI: errors and warnings fail, hints are printed.
import {readFileSync} from "node:fs";
import {Parser} from "@asyncapi/parser";

const WARNING = 1;
const {document, diagnostics} = await new Parser().parse(readFileSync(process.argv[2], "utf8"));
diagnostics.forEach(each => console.log(["error", "warning", "information", "hint"][each.severity], each.code, each.path.join("."), each.message));
if (document === undefined || diagnostics.some(each => each.severity <= WARNING)) {
  process.exit(1);
}
console.log(`${document.allChannels().all().length} channels, ${document.allMessages().all().length} messages`);
