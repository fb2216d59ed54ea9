package io.muster.collector.host;

import static io.muster.collector.host.CapturedHost.fields;
import static java.util.stream.Collectors.joining;
import static org.assertj.core.api.Assertions.assertThat;

import io.muster.collector.proc.CapturedTree;
import io.muster.schema.host.ProcessEntry;
import java.nio.file.Path;
import java.time.Duration;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ProcessTableTest {
  private static final String PASSWD = "root:x:0:0::/root:/bin/sh\nana:x:1000:1000::/home/ana:\n";

  private static final String CPUS =
      IntStream.range(0, 8).mapToObj("cpu%d 1 1 1 1\n"::formatted).collect(joining());

  private final CapturedHost host;

  ProcessTableTest(@TempDir Path directory) {
    host = CapturedHost.of(CapturedTree.empty(directory));
    host.tree
        .with("etc/passwd", PASSWD)
        .with("proc/meminfo", "MemTotal: 1048576 kB\nMemAvailable: 524288 kB\n")
        .with("proc/stat", CPUS + "btime 1790000000\n")
        .with("proc/self/net/dev", "")
        .with("proc/self/mountinfo", "");
  }

  @Test
  void read_oneProcess_fillsEveryColumn() {
    host.process(42, "my (odd) name", fields('S', 250, 1000), "python\0train.py\0--lr=1\0");

    var row = only();

    assertThat(row)
        .isEqualTo(
            new ProcessEntry(
                0,
                "",
                42,
                "my (odd) name",
                0,
                0,
                100.0 * 256 * 4096 / (1L << 30),
                256 * 4096,
                1048576,
                "ana",
                "S",
                "1790000010",
                2,
                "python train.py --lr=1",
                1,
                13,
                false,
                20,
                -5,
                0));
  }

  @Test
  void read_kernelThread_isNamedInBrackets() {
    host.process(2, "kthreadd", fields('I', 0, 0), "");

    assertThat(only().command()).isEqualTo("[kthreadd]");
    assertThat(only().state()).isEqualTo("I");
  }

  @Test
  void read_stateUnknownToTheContract_isAQuestionMark() {
    host.process(2, "x", fields('P', 0, 0), "");
    assertThat(only().state()).isEqualTo("?");

    host.process(2, "x", fields('t', 0, 0), "");
    assertThat(only().state()).isEqualTo("T");
  }

  @Test
  void read_secondTime_hasTheShareSinceTheFirst() {
    host.process(42, "java", fields('R', 100, 5), "java\0");
    only();
    host.process(42, "java", fields('R', 850, 5), "java\0");

    assertThat(only().cpuPercent()).isEqualTo(250);
  }

  @Test
  void read_moreTicksThanCpusCanGive_isBounded() {
    host.process(42, "java", fields('R', 0, 5), "java\0");
    only();
    host.process(42, "java", fields('R', 1_000_000, 5), "java\0");

    assertThat(only().cpuPercent()).isEqualTo(800);
  }

  @Test
  void read_firstSight_hasTheShareSinceTheProcessBegan() {
    host.tree.with("proc/uptime", "110.50 800.00\n");
    host.process(42, "java", fields('R', 1500, 1050), "java\0");

    assertThat(only().cpuPercent()).isEqualTo(15);
  }

  @Test
  void read_firstSightOfABusyYoungProcess_isBoundedByTheCpus() {
    host.tree.with("proc/uptime", "110.50 800.00\n");
    host.process(42, "java", fields('R', 1000, 11_049), "java\0");

    assertThat(only().cpuPercent()).isEqualTo(800);
  }

  @Test
  void read_firstSightOfAProcessThatBeganAfterTheLook_isZero() {
    host.tree.with("proc/uptime", "110.50 800.00\n");
    host.process(42, "java", fields('R', 3, 11_051), "java\0");

    assertThat(only().cpuPercent()).isZero();
  }

  @Test
  void read_pidUsedAnew_forgetsTheOneBefore() {
    host.process(42, "java", fields('R', 100, 5), "java\0");
    only();
    host.tree.with("proc/uptime", "10.77 1.0\n");
    host.process(42, "sh", fields('R', 900, 77), "sh\0");

    var row = only();

    assertThat(row.cpuPercent()).isEqualTo(90);
    assertThat(row.command()).isEqualTo("sh");
  }

  @Test
  void read_processRunsAnotherProgram_showsItAtOnce() {
    host.process(42, "sh", fields('R', 1, 5), "sh\0-c\0");
    for (int tick = 0; tick < 5; tick++) {
      only();
    }

    host.process(42, "trainer", fields('R', 1, 5), "trainer\0--go\0");

    assertThat(only().command()).isEqualTo("trainer --go");
  }

  @Test
  void read_processChangesItsArguments_showsThemInTime() {
    host.process(42, "postgres", fields('R', 1, 5), "postgres: idle");
    for (int tick = 0; tick < 5; tick++) {
      only();
    }
    host.process(42, "postgres", fields('R', 1, 5), "postgres: vacuum");

    for (int tick = 0; tick < 9; tick++) {
      only();
    }

    assertThat(only().command()).isEqualTo("postgres: vacuum");
  }

  @Test
  void read_endlessCommand_isCut() {
    host.process(42, "java", fields('R', 1, 5), "x".repeat(100_000));

    assertThat(only().command()).hasSize(4096);
  }

  @Test
  void read_userWithoutAccount_isItsNumber() {
    host.process(42, "java", fields('R', 1, 5), "java\0");
    host.tree.with("etc/passwd", "root:x:0:0\n");

    assertThat(only().user()).isEqualTo("1000");
  }

  @Test
  void read_statusWithoutOwner_isUnknown() {
    host.process(42, "java", fields('R', 1, 5), "java\0");
    host.tree.with("proc/42/status", "Name:\tjava\n");

    assertThat(only().user()).isEqualTo("unknown");
  }

  @Test
  void read_processEndsWhileRead_isPassedOver() {
    host.process(41, "gone", fields('R', 1, 5), "x");
    host.tree.without("proc/41/cmdline");
    host.process(42, "java", fields('R', 1, 5), "java\0");
    host.tree.with("proc/43/environ", "");

    assertThat(only().pid()).isEqualTo(42);
    assertThat(host.nextTickWithProcesses().failures()).isEmpty();
  }

  @Test
  void read_severalProcesses_areInTheOrderOfTheirNumbers() {
    for (int pid : new int[] {100, 9, 23}) {
      host.process(pid, "p", fields('R', 1, 5), "");
    }

    assertThat(host.nextTickWithProcesses().processes().orElseThrow())
        .extracting(ProcessEntry::pid)
        .containsExactly(9L, 23L, 100L);
  }

  @Test
  void read_afterAPause_spreadsTheShareOverIt() {
    host.process(42, "java", fields('R', 0, 5), "java\0");
    only();
    host.clock.turn(Duration.ofSeconds(57));
    host.process(42, "java", fields('R', 3000, 5), "java\0");

    assertThat(only().cpuPercent()).isEqualTo(50);
  }

  private ProcessEntry only() {
    var rows = host.nextTickWithProcesses().processes().orElseThrow();
    assertThat(rows).hasSize(1);
    return rows.get(0);
  }
}
