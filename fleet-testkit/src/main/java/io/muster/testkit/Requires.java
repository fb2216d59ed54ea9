package io.muster.testkit;

import static java.lang.annotation.ElementType.METHOD;
import static java.lang.annotation.ElementType.TYPE;
import static java.lang.annotation.RetentionPolicy.RUNTIME;

import java.lang.annotation.Retention;
import java.lang.annotation.Target;
import org.junit.jupiter.api.extension.ExtendWith;

/**
 * The commands that a test requires and a machine may lack, such as {@code cc}. If one is missing,
 * the test is skipped with the reason; if the environment variable {@code MUSTER_REQUIRE} lists it,
 * the test fails.
 */
@Target({TYPE, METHOD})
@Retention(RUNTIME)
@ExtendWith(RequirementCondition.class)
public @interface Requires {
  String[] value();
}
