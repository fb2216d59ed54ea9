package io.muster.testkit;

import static java.lang.annotation.ElementType.METHOD;
import static java.lang.annotation.ElementType.TYPE;
import static java.lang.annotation.RetentionPolicy.RUNTIME;

import java.lang.annotation.Retention;
import java.lang.annotation.Target;
import org.junit.jupiter.api.extension.ExtendWith;

/**
 * What a test needs and a machine can lack: names of commands, such as {@code cc}. Where one is
 * missing the test is skipped, with the reason; where the environment variable {@code
 * MUSTER_REQUIRE} lists it, a missing one fails the test.
 */
@Target({TYPE, METHOD})
@Retention(RUNTIME)
@ExtendWith(RequirementCondition.class)
public @interface Requires {
  String[] value();
}
