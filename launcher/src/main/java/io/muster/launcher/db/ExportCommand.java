package io.muster.launcher.db;

import static java.nio.file.StandardOpenOption.TRUNCATE_EXISTING;
import static java.nio.file.StandardOpenOption.WRITE;

import io.muster.launcher.DatabaseOptions;
import io.muster.launcher.db.transfer.Export;
import io.muster.launcher.db.transfer.ExportQuery;
import io.muster.launcher.db.transfer.RowFormat;
import io.muster.launcher.db.transfer.TransferTable;
import io.muster.runtime.file.FileReplacement;
import io.muster.runtime.file.PrivateFile;
import io.muster.schema.client.ClientId;
import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.channels.Channels;
import java.nio.file.AccessDeniedException;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.DateTimeException;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.Arrays;
import java.util.Locale;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;

/**
 * {@code muster db export}: rows on standard output, and nothing else there, or in a file. Used by
 * the main thread only.
 */
@Command(
    name = "export",
    description = {
      "Write a table to standard output or to a file, the oldest row first.",
      "docs/export.md explains the columns; import reads what this writes."
    },
    mixinStandardHelpOptions = true)
final class ExportCommand extends DatabaseSubcommand {
  @Parameters(
      paramLabel = "TABLE",
      description =
          "Export this table: heartbeats (compacted or not), device-readings, hours,"
              + " device-minutes, device-hours, days, devices, clients or models.")
  private String table = "";

  @Option(
      names = "--from",
      paramLabel = "TIME",
      description =
          "Start at this date or instant, UTC: 2026-09-01 or 2026-09-01T12:00:00Z (inclusive).")
  private @Nullable String from;

  @Option(
      names = "--until",
      paramLabel = "TIME",
      description = "End at this date or instant, UTC (exclusive).")
  private @Nullable String until;

  @Option(
      names = "--client",
      paramLabel = "ID",
      description = "Export only the rows of this client.")
  private @Nullable String client;

  @Option(
      names = "--user",
      paramLabel = "ID",
      description = "Export only the rows of this user's clients.")
  private @Nullable String user;

  @Option(names = "--format", paramLabel = "FORMAT", description = "Write csv (default) or ndjson.")
  private String format = "csv";

  @Option(
      names = "--output",
      paramLabel = "FILE",
      description =
          "Write to this file: a new one is closed to other users (mode 0600), one that exists"
              + " is replaced when the export is complete, and keeps its mode.")
  private @Nullable Path output;

  ExportCommand() {
    super(new DatabaseOptions());
  }

  @Override
  void validateOptions() {
    parseQuery();
    parseFormat();
  }

  @Override
  void execute(DatabaseAccess access) throws CommandFailedException {
    var export = DatabaseAccess.await(Export.open(access.database(), parseQuery(), parseFormat()));
    try {
      write(export);
    } catch (IOException e) {
      // A reader such as head closed the pipe: the command ends successfully.
      if (!isClosedPipe(e)) {
        throw new CommandFailedException(
            (output == null ? "standard output" : "--output") + ": " + reason(e));
      }
    } finally {
      export.close();
    }
  }

  private void write(Export export) throws IOException, CommandFailedException {
    if (output == null) {
      // Never closed: without standard output, the descriptor may be that of a file of the JVM.
      write(export, new FileOutputStream(FileDescriptor.out));
      return;
    }
    var opened = FileReplacement.open(output);
    if (opened.isEmpty()) {
      try (var out = PrivateFile.open(output, WRITE, TRUNCATE_EXISTING)) {
        write(export, Channels.newOutputStream(out));
      }
      return;
    }
    try (var replacement = opened.get()) {
      write(export, replacement.out());
      replacement.complete();
    }
  }

  /** Returns one line; the path of a failure may be that of a temporary file. */
  private String reason(IOException failure) {
    if (failure instanceof NoSuchFileException) {
      return output + ": no such directory";
    }
    return failure instanceof AccessDeniedException
        ? output + ": permission denied"
        : String.valueOf(failure.getMessage());
  }

  private static void write(Export export, OutputStream out)
      throws IOException, CommandFailedException {
    for (var page = DatabaseAccess.await(export.next());
        page.length() > 0;
        page = DatabaseAccess.await(export.next())) {
      out.write(page.getBytes());
    }
  }

  private static boolean isClosedPipe(IOException failure) {
    return String.valueOf(failure.getMessage()).contains("Broken pipe");
  }

  private ExportQuery parseQuery() {
    var exportTable =
        TransferTable.ofWireName(table)
            .orElseThrow(
                () ->
                    invalidParameter(
                        "TABLE must be one of %s: '%s'"
                            .formatted(TransferTable.wireNames(), table)));
    if (!exportTable.hasTimestamps() && (from != null || until != null)) {
      throw invalidParameter(table + " have no time: omit --from and --until");
    }
    if (!exportTable.hasClients() && (client != null || user != null)) {
      throw invalidParameter(table + " have no client: omit --client and --user");
    }
    var first = parseInstant("--from", from);
    var end = parseInstant("--until", until);
    if (first.isPresent() && end.isPresent() && first.get().isAfter(end.get())) {
      throw invalidParameter("--from must not be after --until: '" + from + "'");
    }
    return new ExportQuery(
        exportTable,
        first,
        end,
        Optional.ofNullable(client).map(this::parseClientId),
        Optional.ofNullable(user));
  }

  private RowFormat parseFormat() {
    return Arrays.stream(RowFormat.values())
        .filter(candidate -> candidate.name().toLowerCase(Locale.ROOT).equals(format))
        .findFirst()
        .orElseThrow(() -> invalidParameter("--format must be csv or ndjson: '" + format + "'"));
  }

  private String parseClientId(String text) {
    return ClientId.normalize(text)
        .orElseThrow(
            () -> invalidParameter("--client must be 32 hexadecimal digits: '" + text + "'"));
  }

  private Optional<Instant> parseInstant(String option, @Nullable String text) {
    if (text == null) {
      return Optional.empty();
    }
    try {
      return Optional.of(
          text.indexOf('T') < 0
              ? LocalDate.parse(text).atStartOfDay().toInstant(ZoneOffset.UTC)
              : Instant.parse(text.endsWith("Z") ? text : text + "Z"));
    } catch (DateTimeException e) {
      throw invalidParameter(
          option
              + " must be a date (2026-09-01) or an instant (2026-09-01T12:00:00Z): '"
              + text
              + "'");
    }
  }

  private ParameterException invalidParameter(String message) {
    return new ParameterException(spec().commandLine(), message);
  }
}
