package io.muster.api.limit;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class OpenCountTest {
  private final OpenCount count = new OpenCount();

  @Test
  void tryOpen_maximumIsOpen_isNotCounted() {
    assertThat(count.tryOpen(2)).isTrue();
    assertThat(count.isFull(2)).isFalse();
    assertThat(count.tryOpen(2)).isTrue();

    assertThat(count.isFull(2)).isTrue();
    assertThat(count.tryOpen(2)).isFalse();
    assertThat(count.current()).isEqualTo(2);
  }

  @Test
  void tryOpen_noLimit_isCountedAlways() {
    for (var i = 0; i < 3; i++) {
      assertThat(count.isFull(0)).isFalse();
      assertThat(count.tryOpen(0)).isTrue();
    }

    assertThat(count.current()).isEqualTo(3);
    assertThat(count.isFull(2)).as("beyond a limit that did not apply").isTrue();
    assertThat(count.tryOpen(2)).isFalse();
    assertThat(count.current()).isEqualTo(3);
  }

  @Test
  void tryOpen_manyThreads_isExact() {
    var opened = IntStream.range(0, 100_000).parallel().filter(call -> count.tryOpen(50_000));

    assertThat(opened.count()).isEqualTo(50_000);
    assertThat(count.current()).isEqualTo(50_000);
  }

  @Test
  void close_oneOfTheMaximum_makesRoom() {
    count.tryOpen(1);

    count.close();

    assertThat(count.current()).isZero();
    assertThat(count.tryOpen(1)).isTrue();
  }
}
