package io.muster.collector.host;

import static io.muster.collector.host.HostSourceFixture.statFields;
import static java.util.stream.Collectors.joining;
import static org.assertj.core.api.Assertions.assertThat;

import io.muster.collector.proc.HostFilesFixture;
import io.muster.schema.host.ProcessEntry;
import io.muster.schema.host.ProcessGpuUse;
import io.muster.schema.host.ProcessIdentity;
import io.muster.schema.host.ProcessLoad;
import io.muster.schema.host.ProcessSchedule;
import java.nio.file.Path;
import java.time.Duration;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ProcessTableReaderTest {
  private static final String PASSWD = "root:x:0:0::/root:/bin/sh\nana:x:1000:1000::/home/ana:\n";

  private static final String CPU_LINES =
      IntStream.range(0, 8).mapToObj("cpu%d 1 1 1 1\n"::formatted).collect(joining());

  private final HostSourceFixture host;

  ProcessTableReaderTest(@TempDir Path directory) {
    host = HostSourceFixture.of(HostFilesFixture.empty(directory));
    host.files
        .write("etc/passwd", PASSWD)
        .write("proc/meminfo", "MemTotal: 1048576 kB\nMemAvailable: 524288 kB\n")
        .write("proc/stat", CPU_LINES + "btime 1790000000\n")
        .write("proc/self/net/dev", "")
        .write("proc/self/mountinfo", "");
  }

  @Test
  void read_oneProcess_fillsEveryColumn() {
    host.addProcess(42, "my (odd) name", statFields('S', 250, 1000), "python\0train.py\0--lr=1\0");

    var process = readOnlyProcess();

    assertThat(process)
        .isEqualTo(
            new ProcessEntry(
                new ProcessIdentity(
                    42, 1, "my (odd) name", "ana", "python train.py --lr=1", "1790000010"),
                new ProcessSchedule("S", 13, 20, -5),
                new ProcessLoad(0, 2, 100.0 * 256 * 4096 / (1L << 30), 256 * 4096, 1048576),
                ProcessGpuUse.NONE));
  }

  @Test
  void read_kernelThread_isNamedInBrackets() {
    host.addProcess(2, "kthreadd", statFields('I', 0, 0), "");

    assertThat(readOnlyProcess().identity().command()).isEqualTo("[kthreadd]");
    assertThat(readOnlyProcess().schedule().state()).isEqualTo("I");
  }

  @Test
  void read_undocumentedState_isQuestionMark() {
    host.addProcess(2, "x", statFields('P', 0, 0), "");
    assertThat(readOnlyProcess().schedule().state()).isEqualTo("?");

    host.addProcess(2, "x", statFields('t', 0, 0), "");
    assertThat(readOnlyProcess().schedule().state()).isEqualTo("T");
  }

  @Test
  void read_secondTime_hasCpuPercentSinceFirst() {
    host.addProcess(42, "java", statFields('R', 100, 5), "java\0");
    readOnlyProcess();
    host.addProcess(42, "java", statFields('R', 850, 5), "java\0");

    assertThat(readOnlyProcess().load().cpuPercent()).isEqualTo(250);
  }

  @Test
  void read_moreTicksThanPossible_isBoundedByCpuCount() {
    host.addProcess(42, "java", statFields('R', 0, 5), "java\0");
    readOnlyProcess();
    host.addProcess(42, "java", statFields('R', 1_000_000, 5), "java\0");

    assertThat(readOnlyProcess().load().cpuPercent()).isEqualTo(800);
  }

  @Test
  void read_firstTime_hasCpuPercentSinceProcessStart() {
    host.files.write("proc/uptime", "110.50 800.00\n");
    host.addProcess(42, "java", statFields('R', 1500, 1050), "java\0");

    assertThat(readOnlyProcess().load().cpuPercent()).isEqualTo(15);
  }

  @Test
  void read_firstTimeYoungBusyProcess_isBoundedByCpuCount() {
    host.files.write("proc/uptime", "110.50 800.00\n");
    host.addProcess(42, "java", statFields('R', 1000, 11_049), "java\0");

    assertThat(readOnlyProcess().load().cpuPercent()).isEqualTo(800);
  }

  @Test
  void read_firstTimeProcessStartedAfterUptimeRead_isZero() {
    host.files.write("proc/uptime", "110.50 800.00\n");
    host.addProcess(42, "java", statFields('R', 3, 11_051), "java\0");

    assertThat(readOnlyProcess().load().cpuPercent()).isZero();
  }

  @Test
  void read_pidReused_discardsPreviousProcess() {
    host.addProcess(42, "java", statFields('R', 100, 5), "java\0");
    readOnlyProcess();
    host.files.write("proc/uptime", "10.77 1.0\n");
    host.addProcess(42, "sh", statFields('R', 900, 77), "sh\0");

    var process = readOnlyProcess();

    assertThat(process.load().cpuPercent()).isEqualTo(90);
    assertThat(process.identity().command()).isEqualTo("sh");
  }

  @Test
  void read_processExecutesAnotherProgram_returnsNewCommandImmediately() {
    host.addProcess(42, "sh", statFields('R', 1, 5), "sh\0-c\0");
    for (int tick = 0; tick < 5; tick++) {
      readOnlyProcess();
    }

    host.addProcess(42, "trainer", statFields('R', 1, 5), "trainer\0--go\0");

    assertThat(readOnlyProcess().identity().command()).isEqualTo("trainer --go");
  }

  @Test
  void read_processChangesArguments_returnsThemAfterRefresh() {
    host.addProcess(42, "postgres", statFields('R', 1, 5), "postgres: idle");
    for (int tick = 0; tick < 5; tick++) {
      readOnlyProcess();
    }
    host.addProcess(42, "postgres", statFields('R', 1, 5), "postgres: vacuum");

    for (int tick = 0; tick < 9; tick++) {
      readOnlyProcess();
    }

    assertThat(readOnlyProcess().identity().command()).isEqualTo("postgres: vacuum");
  }

  @Test
  void read_longCommand_isTruncated() {
    host.addProcess(42, "java", statFields('R', 1, 5), "x".repeat(100_000));

    assertThat(readOnlyProcess().identity().command()).hasSize(4096);
  }

  @Test
  void read_userWithoutAccount_isUserId() {
    host.addProcess(42, "java", statFields('R', 1, 5), "java\0");
    host.files.write("etc/passwd", "root:x:0:0\n");

    assertThat(readOnlyProcess().identity().user()).isEqualTo("1000");
  }

  @Test
  void read_statusWithoutUid_isUnknown() {
    host.addProcess(42, "java", statFields('R', 1, 5), "java\0");
    host.files.write("proc/42/status", "Name:\tjava\n");

    assertThat(readOnlyProcess().identity().user()).isEqualTo("unknown");
  }

  @Test
  void read_processEndsDuringRead_isSkipped() {
    host.addProcess(41, "ended", statFields('R', 1, 5), "x");
    host.files.delete("proc/41/cmdline");
    host.addProcess(42, "java", statFields('R', 1, 5), "java\0");
    host.files.write("proc/43/environ", "");

    assertThat(readOnlyProcess().identity().pid()).isEqualTo(42);
    assertThat(host.readNextTickWithProcesses().failures()).isEmpty();
  }

  @Test
  void read_severalProcesses_areSortedByPid() {
    for (int pid : new int[] {100, 9, 23}) {
      host.addProcess(pid, "p", statFields('R', 1, 5), "");
    }

    assertThat(host.readNextTickWithProcesses().processes().orElseThrow())
        .extracting(each -> each.identity().pid())
        .containsExactly(9L, 23L, 100L);
  }

  @Test
  void read_afterPause_averagesCpuPercentOverPause() {
    host.addProcess(42, "java", statFields('R', 0, 5), "java\0");
    readOnlyProcess();
    host.clock.advance(Duration.ofSeconds(57));
    host.addProcess(42, "java", statFields('R', 3000, 5), "java\0");

    assertThat(readOnlyProcess().load().cpuPercent()).isEqualTo(50);
  }

  private ProcessEntry readOnlyProcess() {
    var processes = host.readNextTickWithProcesses().processes().orElseThrow();
    assertThat(processes).hasSize(1);
    return processes.get(0);
  }
}
