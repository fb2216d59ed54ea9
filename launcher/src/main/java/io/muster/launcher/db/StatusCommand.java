package io.muster.launcher.db;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.muster.aggregator.status.StorageStatusReader;
import io.muster.launcher.DatabaseOptions;
import io.muster.schema.json.WireJson;
import java.time.InstantSource;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** {@code muster db status}. */
@Command(
    name = "status",
    description = "Prints sizes, partitions, from when to when there is data, and what waits.",
    mixinStandardHelpOptions = true)
final class StatusCommand extends DatabaseCommand {
  @Option(names = "--json", description = "As one JSON object.")
  private boolean json;

  StatusCommand() {
    super(new DatabaseOptions());
  }

  @Override
  void work(Visit visit) throws FailedException {
    var upkeep = visit.settings().aggregator().maintenance();
    var now = InstantSource.system().instant();
    var inventory =
        Visit.await(StorageStatusReader.read(visit.database(), upkeep.compactAfter(), now));
    var out = spec().commandLine().getOut();
    if (json) {
      out.println(new String(WireJson.bytes(inventory), UTF_8));
    } else {
      new StatusText(inventory).lines().forEach(out::println);
    }
  }
}
