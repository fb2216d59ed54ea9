package io.muster.launcher.db;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.muster.launcher.DatabaseOptions;
import io.muster.schema.json.WireJson;
import java.time.InstantSource;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** {@code muster db status}: the storage status. Used by the main thread only. */
@Command(
    name = "status",
    description = "Print sizes, partitions, the time range of the data, and the backlog.",
    mixinStandardHelpOptions = true)
final class StatusCommand extends DatabaseSubcommand {
  @Option(names = "--json", description = "Print one JSON object.")
  private boolean json;

  StatusCommand() {
    super(new DatabaseOptions());
  }

  @Override
  void execute(DatabaseAccess access) throws CommandFailedException {
    var maintenance = access.settings().aggregator().maintenance();
    var now = InstantSource.system().instant();
    var status =
        DatabaseAccess.await(
            StorageStatusReader.read(access.database(), maintenance.compactAfter(), now));
    var out = spec().commandLine().getOut();
    if (json) {
      out.println(new String(WireJson.bytes(status), UTF_8));
    } else {
      new StatusFormatter(status).lines().forEach(out::println);
    }
  }
}
