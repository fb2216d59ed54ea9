package io.muster.launcher.db;

import io.muster.aggregator.upkeep.Removal;
import io.muster.aggregator.upkeep.Retention;
import io.muster.aggregator.upkeep.Upkeep;
import io.muster.launcher.node.StartException;
import io.muster.runtime.config.ConfigReader;
import io.muster.runtime.config.SettingSources;
import java.io.PrintWriter;
import java.time.InstantSource;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** {@code muster db prune}: what the hourly job does, now. */
@Command(
    name = "prune",
    description = "Drops history that is older than it is kept, and says what; asks nothing.",
    mixinStandardHelpOptions = true)
final class PruneCommand extends DatabaseCommand {
  @Option(names = "--dry-run", description = "Only says what would be dropped.")
  private boolean dryRun;

  @Option(
      names = "--raw",
      paramLabel = "DURATION",
      description = "In place of aggregator.retention.raw, 7d or more.")
  private @Nullable String raw;

  @Option(
      names = "--hour",
      paramLabel = "DURATION",
      description = "In place of aggregator.retention.hour, 31d or more.")
  private @Nullable String hour;

  @Option(
      names = "--day",
      paramLabel = "DURATION",
      description = "In place of aggregator.retention.day, 31d or more.")
  private @Nullable String day;

  @Override
  void work(Visit visit) throws FailedException, StartException {
    var retention = retention(visit.settings().aggregator().upkeep().retention());
    var out = spec().commandLine().getOut();
    var now = InstantSource.system().instant();
    if (dryRun) {
      var planned = Visit.await(Upkeep.plan(visit.database(), retention, now));
      planned.forEach(removal -> print(out, "would drop", removal));
      return;
    }
    var done =
        Visit.await(
            Upkeep.prune(
                visit.database(), retention, now, removal -> print(out, "dropped", removal)));
    if (!done) {
      throw new FailedException("an aggregator is at it; try again in a minute");
    }
  }

  private Retention retention(Retention configured) throws StartException {
    var given = new LinkedHashMap<String, String>();
    given.put("aggregator.retention.raw", or(raw, configured.raw().toSeconds()));
    given.put("aggregator.retention.hour", or(hour, configured.hour().toSeconds()));
    given.put("aggregator.retention.day", or(day, configured.day().toSeconds()));
    var reader = new ConfigReader(SettingSources.of(Map.copyOf(given)));
    var retention = Retention.from(reader);
    if (!reader.problems().isEmpty()) {
      throw new StartException(reader.problems());
    }
    return retention;
  }

  private static String or(@Nullable String given, long seconds) {
    return given == null ? seconds + "s" : given;
  }

  private static void print(PrintWriter out, String what, Removal removal) {
    var size =
        removal.bytes() > 0
            ? "%s, about %d rows".formatted(Bytes.text(removal.bytes()), removal.rows())
            : "%d rows".formatted(removal.rows());
    out.println("%s %s, before %s: %s".formatted(what, removal.table(), removal.until(), size));
    out.flush();
  }
}
