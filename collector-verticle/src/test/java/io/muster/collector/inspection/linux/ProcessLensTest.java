package io.muster.collector.inspection.linux;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.tuple;

import io.muster.bus.FleetException;
import io.muster.bus.FleetException.Code;
import io.muster.collector.inspection.linux.WatchedTree.Fields;
import io.muster.schema.inspection.ProcessDetail;
import io.muster.schema.inspection.ThreadDetail;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The host has been up for 10,000 ticks. */
class ProcessLensTest {
  private final WatchedTree host;

  ProcessLensTest(@TempDir Path directory) {
    host = WatchedTree.small(directory);
  }

  @Test
  void process_everythingReadable_fillsEveryField() throws IOException {
    host.process(42, "train (ä)", new Fields('S', 7, 300, 100, 8000))
        .link("proc/42/cwd", "/home/ana")
        .link("proc/42/exe", "/usr/bin/train");
    host.files
        .with("proc/42/io", "rchar: 111\nwchar: 222\nsyscr: 3\nread_bytes: 4\n")
        .with("proc/42/fd/0", "")
        .with("proc/42/fd/17", "");

    assertThat(process(42))
        .isEqualTo(
            new ProcessDetail(
                42,
                "train (ä)",
                "train (ä) --lr=1",
                20,
                256 * 4096,
                1048576,
                OptionalLong.of(100 * 4096),
                1,
                OptionalLong.of(2),
                "S",
                OptionalLong.of(7),
                1000,
                1001,
                1_790_000_080,
                3_000_000,
                1_000_000,
                OptionalLong.of(111),
                OptionalLong.of(222),
                Optional.of("/home/ana"),
                Optional.of("/usr/bin/train"),
                List.of(),
                List.of(new ThreadDetail(42, "train (ä)", 3_000_000, 1_000_000, "S"))));
  }

  @Test
  void process_ofSomebodyElse_lacksWhatIsPrivate() throws IOException {
    host.process(42, "x", Fields.running(0, 5));

    var detail = process(42);

    assertThat(detail.readBytes()).isEmpty();
    assertThat(detail.writtenBytes()).isEmpty();
    assertThat(detail.fileDescriptors()).isEmpty();
    assertThat(detail.workingDirectory()).isEmpty();
    assertThat(detail.executable()).isEmpty();
  }

  @Test
  void process_kernelThread_isNamedInBracketsAndHasNoParent() throws IOException {
    host.process(2, "kthreadd", new Fields('I', 0, 0, 0, 0));
    host.files.with("proc/2/cmdline", "");

    assertThat(process(2))
        .extracting(ProcessDetail::command, ProcessDetail::state, ProcessDetail::parentPid)
        .containsExactly("[kthreadd]", "I", OptionalLong.empty());
  }

  @ParameterizedTest
  @ValueSource(longs = {0, -1, 42, 2_147_483_648L, 4_294_967_295L, Long.MAX_VALUE})
  void process_thatIsNot_isUnknown(long pid) {
    assertUnknown(pid);
  }

  @Test
  void process_threadOfAnother_isUnknown() {
    host.process(42, "java", Fields.running(0, 5));
    host.process(43, "java", Fields.running(0, 5));
    host.files.with("proc/43/status", "Name:\tjava\nTgid:\t42\nPid:\t43\n");

    assertUnknown(43);
  }

  @Test
  void process_directoryWithoutItsFiles_isAFailureNotUnknown() {
    host.files.with("proc/42/environ", "");

    assertThatThrownBy(() -> process(42)).isInstanceOf(IOException.class);
  }

  @Test
  void process_children_areTheDirectOnesOfAllThreads() throws IOException {
    host.process(42, "sh", Fields.running(0, 5));
    host.process(50, "cat", Fields.child(42, 1));
    host.process(51, "sed", Fields.child(42, 2));
    host.process(60, "grandchild", Fields.child(50, 0));
    host.files
        .with("proc/42/task/42/children", "51 ")
        .with("proc/42/task/44/stat", "44 (worker) R 1 1 1\n")
        .with("proc/42/task/44/children", "50 77 ")
        .with("proc/50/task/50/children", "60 ");

    var detail = process(42);

    assertThat(detail.children())
        .extracting(ProcessDetail::pid, ProcessDetail::name, ProcessDetail::command)
        .containsExactly(tuple(50L, "cat", "cat --lr=1"), tuple(51L, "sed", "sed --lr=1"));
    assertThat(detail.children())
        .allSatisfy(
            child -> {
              assertThat(child.threads()).isEmpty();
              assertThat(child.children()).isEmpty();
              assertThat(child.parentPid()).hasValue(42);
            });
    assertThat(detail.threads()).extracting(ThreadDetail::tid).containsExactly(42L, 44L);
  }

  @Test
  void process_kernelThatListsNoChildren_looksForThem() throws IOException {
    host.process(42, "sh", Fields.running(0, 5));
    host.process(50, "cat", Fields.child(42, 1));
    host.process(60, "grandchild", Fields.child(50, 0));
    host.files.without("proc/42/task/42/children");

    assertThat(process(42).children()).extracting(ProcessDetail::pid).containsExactly(50L);
  }

  @Test
  void process_threadsWithoutEnd_areCutAndStillCounted() throws IOException {
    host.process(42, "java", Fields.running(0, 5));
    host.process(50, "cat", Fields.child(42, 1));
    var line = "42 (java) R 1 1 1 0 -1 0 0 0 0 0 0 0 0 0 20 0 31 0 5 1048576 256 1\n";
    host.files.with("proc/42/stat", line);
    for (int tid = 1000; tid < 1030; tid++) {
      host.files.with("proc/42/task/" + tid + "/stat", tid + " (t) S 1 1 1\n");
    }

    var detail = process(42);

    assertThat(detail.threads()).hasSize(WatchedTree.MAX_ROWS);
    assertThat(detail.threadCount()).isEqualTo(31);
    assertThat(detail.children()).extracting(ProcessDetail::pid).containsExactly(50L);
  }

  @Test
  void process_childrenWithoutEnd_areCut() throws IOException {
    host.process(42, "sh", Fields.running(0, 5));
    var listed = new StringBuilder();
    for (int child = 100; child < 130; child++) {
      host.process(child, "c", Fields.child(42, 0));
      listed.append(child).append(' ');
    }
    host.files.with("proc/42/task/42/children", listed.toString());

    assertThat(process(42).children()).hasSize(WatchedTree.MAX_ROWS);
  }

  @Test
  void process_lookedAtAgain_hasTheShareOfOneCpuSinceThen() throws IOException {
    host.process(42, "java", Fields.running(100, 5));
    process(42);
    host.turn(Duration.ofSeconds(2));
    host.process(42, "java", Fields.running(400, 5));

    assertThat(process(42).cpuPercent()).isEqualTo(150);
  }

  @Test
  void process_scannedLater_hasTheShareSinceTheScan() throws IOException {
    host.process(42, "java", Fields.running(100, 5));
    process(42);
    host.turn(Duration.ofSeconds(2));
    host.process(42, "java", Fields.running(300, 5));
    host.inspector.processes();
    host.turn(Duration.ofSeconds(1));
    host.process(42, "java", Fields.running(350, 5));

    assertThat(process(42).cpuPercent()).isEqualTo(50);
  }

  @Test
  void process_scannedThisInstant_hasTheShareSinceTheLook() throws IOException {
    host.process(42, "java", Fields.running(100, 5));
    process(42);
    host.turn(Duration.ofSeconds(1));
    host.process(42, "java", Fields.running(130, 5));
    host.inspector.processes();

    assertThat(process(42).cpuPercent()).isEqualTo(30);
  }

  @Test
  void process_lookedAtLongAgo_hasTheShareSinceItBegan() throws IOException {
    host.process(42, "java", Fields.running(100, 8000));
    process(42);
    host.turn(Duration.ofSeconds(61));
    host.process(42, "java", Fields.running(1000, 8000));

    assertThat(process(42).cpuPercent()).isEqualTo(50);
  }

  @Test
  void process_pidUsedAnew_hasNothingOfTheOneBefore() throws IOException {
    host.process(42, "old", Fields.running(100, 8000));
    process(42);
    host.turn(Duration.ofSeconds(2));
    host.process(42, "new", Fields.running(50, 9900));

    assertThat(process(42).cpuPercent()).isEqualTo(50);
  }

  @Test
  void process_moreThanTheCpusCanGive_isBounded() throws IOException {
    host.process(42, "java", Fields.running(100, 9999));

    assertThat(process(42).cpuPercent()).isEqualTo(200);
  }

  @ParameterizedTest
  @ValueSource(strings = {"RR", "SS", "II", "TT", "tt", "ZZ", "XX", "xX", "DD", "PP", "K?", "W?"})
  void process_state_isALetterOfTheContract(String kernelThenOurs) throws IOException {
    host.process(42, "x", new Fields(kernelThenOurs.charAt(0), 1, 0, 0, 5));

    assertThat(process(42).state()).isEqualTo(kernelThenOurs.substring(1));
  }

  private ProcessDetail process(long pid) throws IOException {
    return host.inspector.process(pid);
  }

  private void assertUnknown(long pid) {
    assertThatThrownBy(() -> process(pid))
        .isInstanceOf(FleetException.class)
        .hasFieldOrPropertyWithValue("code", Code.PROCESS_UNKNOWN);
  }
}
