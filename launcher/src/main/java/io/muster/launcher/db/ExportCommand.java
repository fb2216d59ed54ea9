package io.muster.launcher.db;

import io.muster.aggregator.export.Export;
import io.muster.aggregator.export.ExportFormat;
import io.muster.aggregator.export.ExportQuery;
import io.muster.aggregator.export.ExportTable;
import io.muster.launcher.DatabaseOptions;
import io.muster.schema.client.ClientId;
import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.time.DateTimeException;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.Arrays;
import java.util.Locale;
import java.util.Optional;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;

/** {@code muster db export}: rows on standard output, and nothing else there. */
@Command(
    name = "export",
    description = "Writes a table to standard output, the oldest row first.",
    mixinStandardHelpOptions = true)
final class ExportCommand extends DatabaseCommand {
  @Parameters(
      paramLabel = "TABLE",
      description =
          "heartbeats, hours, device-hours, days, devices, clients or models; heartbeats are all of"
              + " them, packed or not.")
  private String table = "";

  @Option(
      names = "--from",
      paramLabel = "TIME",
      description = "First date or instant, UTC: 2026-09-01 or 2026-09-01T12:00:00Z.")
  private @Nullable String from;

  @Option(
      names = "--until",
      paramLabel = "TIME",
      description = "First date or instant that is too late.")
  private @Nullable String until;

  @Option(names = "--client", paramLabel = "ID", description = "Rows of this client alone.")
  private @Nullable String client;

  @Option(names = "--user", paramLabel = "ID", description = "Rows of this user's clients alone.")
  private @Nullable String user;

  @Option(names = "--format", paramLabel = "FORMAT", description = "csv (the default) or ndjson.")
  private String format = "csv";

  ExportCommand() {
    super(new DatabaseOptions());
  }

  @Override
  void check() {
    query();
    format();
  }

  @Override
  void work(Visit visit) throws FailedException {
    var export = Visit.await(Export.open(visit.database(), query(), format()));
    try (var out = new FileOutputStream(FileDescriptor.out)) {
      write(export, out);
    } catch (IOException e) {
      // Whoever read has enough, such as head: the best that can be done is to end.
      if (!isClosedPipe(e)) {
        throw new FailedException("standard output: " + e.getMessage());
      }
    } finally {
      export.close();
    }
  }

  private static void write(Export export, OutputStream out) throws IOException, FailedException {
    for (var page = Visit.await(export.next());
        page.length() > 0;
        page = Visit.await(export.next())) {
      out.write(page.getBytes());
    }
  }

  private static boolean isClosedPipe(IOException failure) {
    return String.valueOf(failure.getMessage()).contains("Broken pipe");
  }

  private ExportQuery query() {
    var chosen =
        ExportTable.ofWireName(table)
            .orElseThrow(
                () ->
                    refused(
                        "'"
                            + table
                            + "' is none of "
                            + Arrays.stream(ExportTable.values())
                                .map(ExportTable::wireName)
                                .collect(Collectors.joining(", "))));
    if (!chosen.hasTimestamps() && (from != null || until != null)) {
      throw refused(table + " have no time: leave --from and --until out");
    }
    if (!chosen.hasClients() && (client != null || user != null)) {
      throw refused(table + " have no client: leave --client and --user out");
    }
    return new ExportQuery(
        chosen,
        instant("--from", from),
        instant("--until", until),
        Optional.ofNullable(client).map(this::clientId),
        Optional.ofNullable(user));
  }

  private ExportFormat format() {
    return Arrays.stream(ExportFormat.values())
        .filter(each -> each.name().toLowerCase(Locale.ROOT).equals(format))
        .findFirst()
        .orElseThrow(() -> refused("--format '" + format + "' is neither csv nor ndjson"));
  }

  private String clientId(String text) {
    return ClientId.normalize(text)
        .orElseThrow(() -> refused("--client '" + text + "' is not 32 hexadecimal digits"));
  }

  private Optional<Instant> instant(String option, @Nullable String text) {
    if (text == null) {
      return Optional.empty();
    }
    try {
      return Optional.of(
          text.indexOf('T') < 0
              ? LocalDate.parse(text).atStartOfDay().toInstant(ZoneOffset.UTC)
              : Instant.parse(text.endsWith("Z") ? text : text + "Z"));
    } catch (DateTimeException e) {
      throw refused(
          option
              + " '"
              + text
              + "' is neither a date (2026-09-01) nor an instant (2026-09-01T12:00:00Z)");
    }
  }

  private ParameterException refused(String line) {
    return new ParameterException(spec().commandLine(), line);
  }
}
