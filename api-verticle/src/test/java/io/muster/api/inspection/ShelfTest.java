package io.muster.api.inspection;

import static org.assertj.core.api.Assertions.assertThat;

import io.muster.api.fleet.ManualNanos;
import io.muster.schema.inspection.WithAge;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class ShelfTest {
  private static final Duration MAX_AGE = Duration.ofMillis(250);

  private final ManualNanos nanos = new ManualNanos();
  private final List<String> asked = new ArrayList<>();
  private final List<Promise<WithAge<String>>> answers = new ArrayList<>();
  private final Shelf<String, String> shelf = new Shelf<>(2, MAX_AGE, nanos, this::fetch);

  @Test
  void get_whileFetching_waitsForTheSame() {
    var first = shelf.get("a");
    var second = shelf.get("a");

    answers.get(0).complete(new WithAge<>(0, "one"));

    assertThat(first.result()).isEqualTo("one");
    assertThat(second.result()).isEqualTo("one");
    assertThat(asked).containsExactly("a");
  }

  @Test
  void get_youngAnswer_isGivenAgainUntilItIsAsOldAsAllowed() {
    shelf.get("a");
    answers.get(0).complete(new WithAge<>(0, "one"));

    nanos.advance(MAX_AGE.minusNanos(1));
    assertThat(shelf.get("a").result()).isEqualTo("one");
    nanos.advanceNanos(1);
    assertThat(shelf.get("a").isComplete()).isFalse();

    assertThat(asked).containsExactly("a", "a");
  }

  @Test
  void get_answerThatWasOldWhenItCame_isGivenAgainForTheRestOnly() {
    shelf.get("a");
    answers.get(0).complete(new WithAge<>(200, "one"));

    nanos.advance(Duration.ofMillis(49));
    assertThat(shelf.get("a").result()).isEqualTo("one");
    nanos.advance(Duration.ofMillis(1));
    assertThat(shelf.get("a").isComplete()).isFalse();
  }

  @Test
  void get_failure_isOfThoseWhoWaitedAndTheNextAsksAnew() {
    shelf.get("a");
    answers.get(0).complete(new WithAge<>(250, "one"));
    var waiting = shelf.get("a");
    answers.get(1).fail("gone");

    assertThat(waiting.failed()).isTrue();
    assertThat(shelf.last("a")).contains("one");
    shelf.get("a");
    assertThat(asked).hasSize(3);
  }

  @Test
  void get_moreQuestionsThanPlaces_forgetsTheOneAskedLeastLately() {
    for (var question : List.of("a", "b", "a", "c")) {
      shelf.get(question);
      answers.get(answers.size() - 1).tryComplete(new WithAge<>(0, question));
    }

    assertThat(shelf.last("a")).contains("a");
    assertThat(shelf.last("b")).isEmpty();
    assertThat(shelf.last("c")).contains("c");
  }

  private Future<WithAge<String>> fetch(String question) {
    asked.add(question);
    Promise<WithAge<String>> answer = Promise.promise();
    answers.add(answer);
    return answer.future();
  }
}
