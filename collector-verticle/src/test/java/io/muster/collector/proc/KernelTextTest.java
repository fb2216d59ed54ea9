package io.muster.collector.proc;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.FileNotFoundException;
import java.io.IOException;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class KernelTextTest {
  private final Path directory;

  KernelTextTest(@TempDir Path directory) {
    this.directory = directory;
  }

  @Test
  void load_fileBeyondTheFirstBuffer_readsAll() {
    var lines = "0123456789\n".repeat(10_000);
    var text = CapturedTree.empty(directory).with("big", lines + "last 7").text("big");

    for (int line = 0; line < 10_000; line++) {
      text.nextLine();
    }

    assertThat(text.rest()).isEqualTo("last 7");
  }

  @Test
  void load_secondShorterFile_leavesNothingOfTheFirst() throws IOException {
    var tree = CapturedTree.empty(directory).with("long", "1234567890").with("short", "5");
    var text = tree.text("long");

    text.load(tree.tree().file("short"));

    assertThat(text.nextNumber()).isEqualTo(5);
    assertThat(text.atEnd()).isTrue();
  }

  @Test
  void load_atMostSoMany_stopsThere() throws IOException {
    var tree = CapturedTree.empty(directory).with("long", "x".repeat(100_000));
    var text = new KernelText();

    text.load(tree.tree().file("long"), 20_000);

    assertThat(text.rest()).hasSize(20_000);
  }

  @Test
  void load_missingFile_throws() {
    var text = new KernelText();

    assertThatThrownBy(() -> text.load(directory.resolve("none").toFile()))
        .isInstanceOf(FileNotFoundException.class);
  }

  @Test
  void nextNumber_lineEnds_isZeroAndStaysOnTheLine() {
    var text = CapturedTree.empty(directory).with("f", "a -3\t4\n9\n").text("f");

    text.skipWords(1);

    assertThat(text.nextNumber()).isEqualTo(-3);
    assertThat(text.nextNumber()).isEqualTo(4);
    assertThat(text.nextNumber()).isZero();
    text.nextLine();
    assertThat(text.nextNumber()).isEqualTo(9);
  }

  @Test
  void rest_argumentsEndedByZeroBytes_areJoinedByBlanks() {
    var text = CapturedTree.empty(directory).with("f", "java\0-Xmx64m\0a b\0\0\0").text("f");

    assertThat(text.rest()).isEqualTo("java -Xmx64m a b");
  }

  @Test
  void names_numberedDirectories_areInTheOrderOfTheirNumbers() {
    var tree = CapturedTree.empty(directory).with("h/hwmon10/x", "").with("h/hwmon9/x", "").tree();

    assertThat(tree.names("h", "hwmon")).containsExactly("hwmon9", "hwmon10");
    assertThat(tree.names("none", "hwmon")).isEmpty();
  }

  @Test
  void ofHost_rootUnderAMountPoint_prefersTheFirstProcess() {
    var tree = CapturedTree.empty(directory).with("proc/1/mountinfo", "");

    assertThat(tree.tree().ofHost("mountinfo")).isEqualTo("proc/1/mountinfo");
    assertThat(tree.tree().ofHost("net/dev")).isEqualTo("proc/self/net/dev");
    assertThat(new KernelTree(Path.of("/")).ofHost("mountinfo")).isEqualTo("proc/self/mountinfo");
  }
}
