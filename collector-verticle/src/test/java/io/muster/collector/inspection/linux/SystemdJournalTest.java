package io.muster.collector.inspection.linux;

import static java.util.concurrent.TimeUnit.SECONDS;
import static org.assertj.core.api.Assertions.assertThat;

import io.muster.schema.inspection.Journal;
import io.muster.schema.inspection.JournalEntry;
import io.muster.testkit.Requires;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Tests with a shell script in place of journalctl. */
@Requires("sh")
class SystemdJournalTest {
  private static final Duration LONG_TIMEOUT = Duration.ofSeconds(20);
  private static final int MAX_BYTES = 1 << 20;

  private final Path directory;

  SystemdJournalTest(@TempDir Path directory) {
    this.directory = directory;
  }

  @Test
  void read_entries_haveTheFieldsOfTheJournal() throws Exception {
    var journal =
        read(
            """
            cat <<'END'
            {"__REALTIME_TIMESTAMP":"1790000000123456","PRIORITY":"3","MESSAGE":"no löck","_PID":"42",\
            "_UID":"1000","_GID":"1001","_COMM":"train","_SYSTEMD_UNIT":"train.service"}
            {"__REALTIME_TIMESTAMP":"1790000000000000","MESSAGE":null}
            END
            """);

    assertThat(journal)
        .isEqualTo(
            new Journal(
                List.of(
                    new JournalEntry(
                        1_790_000_000_123_456L,
                        3,
                        "no löck",
                        Optional.of("train.service"),
                        Optional.of("train"),
                        OptionalLong.of(42),
                        OptionalLong.of(1000),
                        OptionalLong.of(1001)),
                    new JournalEntry(
                        1_790_000_000_000_000L,
                        6,
                        "[longer than 4096 bytes]",
                        Optional.empty(),
                        Optional.empty(),
                        OptionalLong.empty(),
                        OptionalLong.empty(),
                        OptionalLong.empty())),
                false,
                Optional.empty()));
  }

  @Test
  void read_command_requestsTheNewestEntriesOfTheProcess() throws Exception {
    assertThat(
            onlyMessage(
                read(
                    Path.of("/"),
                    "echo \"{ \\\"__REALTIME_TIMESTAMP\\\":\\\"1\\\","
                        + " \\\"MESSAGE\\\":\\\"$* lang=$LC_ALL in=$(cat | wc -c)\\\"}\"")))
        .isEqualTo(
            "--no-pager -q -r -n 100 -o json"
                + " --output-fields=MESSAGE,PRIORITY,_SYSTEMD_UNIT,_COMM,_PID,_UID,_GID _PID=42"
                + " lang=C in=0");
  }

  @Test
  void read_hostUnderAnotherRoot_isTheJournalOfThatHost() throws Exception {
    assertThat(
            onlyMessage(
                read(
                    Path.of("/host"),
                    "echo \"{\\\"__REALTIME_TIMESTAMP\\\":\\\"1\\\","
                        + " \\\"MESSAGE\\\":\\\"$1\\\"}\"")))
        .isEqualTo("--root=/host");
  }

  @Test
  void read_notInstalled_hasANotice() throws Exception {
    var missing = directory.resolve("nowhere/journalctl").toString();

    var journal = journal(missing, Path.of("/"), LONG_TIMEOUT, MAX_BYTES).read(42);

    assertThat(journal.entries()).isEmpty();
    assertThat(journal.notice()).contains("journalctl is not installed on this host");
  }

  @Test
  void read_failure_noticeIsTheFirstErrorLine() throws Exception {
    var journal = read("echo 'No journal files were found.' >&2; echo more >&2; exit 1");

    assertThat(journal.entries()).isEmpty();
    assertThat(journal.notice()).contains("No journal files were found.");
  }

  @Test
  void read_failureWithoutOutput_noticeHasTheStatus() throws Exception {
    assertThat(read("exit 7").notice()).contains("journalctl failed with status 7");
  }

  @Test
  void read_noOutput_hasNoNotice() throws Exception {
    assertThat(read("exit 0")).isEqualTo(new Journal(List.of(), false, Optional.empty()));
  }

  @Test
  void read_hangs_isKilledWithItsChildren() throws Exception {
    var pids = directory.resolve("pids");
    var script = script("sleep 600 & echo $! $$ > " + pids + "; wait");

    var journal = journal(script, Path.of("/"), Duration.ofMillis(300), MAX_BYTES).read(42);

    assertThat(journal.notice()).contains("journalctl timed out");
    for (var pid : Files.readString(pids).strip().split(" ", -1)) {
      var process = ProcessHandle.of(Long.parseLong(pid));
      process.ifPresent(alive -> alive.onExit().orTimeout(20, SECONDS).join());
    }
  }

  @Test
  void read_endlessOutput_isTruncatedAndKilled() throws Exception {
    var line = "{\"__REALTIME_TIMESTAMP\":\"1\",\"MESSAGE\":\"x\"}";
    var script = script("while :; do echo '" + line + "'; done");

    var journal = journal(script, Path.of("/"), LONG_TIMEOUT, 100_000).read(42);

    assertThat(journal.entries()).hasSize(Journal.MAX_ENTRIES);
    assertThat(journal.truncated()).isTrue();
  }

  @Test
  void read_largeErrorOutput_doesNotBlock() throws Exception {
    var journal =
        read(
            "i=0; while [ $i -lt 3000 ]; do echo 'an error message that fills the pipe' >&2;"
                + " i=$((i+1)); done; echo '{\"__REALTIME_TIMESTAMP\":\"1\",\"MESSAGE\":\"end\"}'");

    assertThat(onlyMessage(journal)).isEqualTo("end");
  }

  @Test
  void read_hundredEntries_areMarkedTruncated() throws Exception {
    var journal =
        read(
            "i=0; while [ $i -lt 100 ]; do"
                + " echo '{\"__REALTIME_TIMESTAMP\":\"1\",\"MESSAGE\":\"x\"}'; i=$((i+1)); done");

    assertThat(journal.entries()).hasSize(100);
    assertThat(journal.truncated()).isTrue();
  }

  @Test
  @Requires("journalctl")
  void read_realJournalctl_returnsEntriesOfTheProcess() throws Exception {
    var journal = new SystemdJournal(Path.of("/"), System::nanoTime).read(1);

    assertThat(journal.notice())
        .satisfiesAnyOf(
            none -> assertThat(none).isEmpty(),
            some -> assertThat(some.orElseThrow()).doesNotContain("option", "installed"));
    assertThat(journal.entries()).allSatisfy(entry -> assertThat(entry.pid()).hasValue(1));
  }

  private static String onlyMessage(Journal journal) {
    assertThat(journal.entries()).hasSize(1);
    return journal.entries().get(0).message();
  }

  private Journal read(String script) throws Exception {
    return read(Path.of("/"), script);
  }

  private Journal read(Path root, String script) throws Exception {
    return journal(script(script), root, LONG_TIMEOUT, MAX_BYTES).read(42);
  }

  private static SystemdJournal journal(String program, Path root, Duration timeout, int maxBytes) {
    return new SystemdJournal(
        program, root, new BoundedCommand(timeout, maxBytes, System::nanoTime));
  }

  private String script(String text) throws IOException {
    var executable = PosixFilePermissions.fromString("rwx------");
    var file =
        Files.createFile(
            directory.resolve("journalctl"), PosixFilePermissions.asFileAttribute(executable));
    Files.writeString(file, "#!/bin/sh\n" + text + "\n");
    return file.toString();
  }
}
