// SPDX-License-Identifier: Apache-2.0
package io.millrace.spi.plugin;

import static java.util.Objects.requireNonNull;

import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * A setting: key, kind of value, default, description. One constant per setting is the only place that names its key.
 *
 * @param key dotted kebab-case, such as {@code block.max-bytes}
 * @param kind what a person would call the values: {@code duration (200ms)}, {@code size (64MiB)}, {@code number}
 * @param defaultText the default as one would write it; null if the setting is required or optional without default
 * @param required whether it must be given
 * @param secret whether its value must not be shown
 * @param description one sentence
 * @param parser turns text into the value; throws {@link IllegalArgumentException} with a reason
 * @since 0.1
 */
public record ConfigOption<T>(
        String key,
        String kind,
        @Nullable String defaultText,
        boolean required,
        boolean secret,
        String description,
        Function<String, T> parser) {
    public ConfigOption {
        requireNonNull(key, "key is null");
    }

    /** A setting that is any text. */
    public static ConfigOption<String> text(String key, String description) {
        return new ConfigOption<>(key, "text", null, false, false, description, Function.identity());
    }

    /** A setting that is a comma-separated list of texts. */
    public static ConfigOption<List<String>> list(String key, String description) {
        return new ConfigOption<>(key, "list (a,b)", null, false, false, description, ConfigOption::parseList);
    }

    /** A setting that is a whole number from {@code min} to {@code max}. */
    public static ConfigOption<Long> number(String key, long min, long max, String description) {
        return new ConfigOption<>(
                key, "number", null, false, false, description, text -> ConfigValues.number(text, min, max));
    }

    /** A setting that is true or false. */
    public static ConfigOption<Boolean> flag(String key, String description) {
        return new ConfigOption<>(key, "true or false", null, false, false, description, ConfigValues::flag);
    }

    /** A setting that is a duration of at least {@code min}, such as {@code 200ms}, {@code 5s}, {@code 10min}. */
    public static ConfigOption<Duration> duration(String key, Duration min, String description) {
        return new ConfigOption<>(
                key, "duration (200ms)", null, false, false, description, text -> ConfigValues.duration(text, min));
    }

    /** A setting that is a number of bytes from {@code min} to {@code max}, such as {@code 64KiB}, {@code 16MiB}. */
    public static ConfigOption<Long> size(String key, long min, long max, String description) {
        return new ConfigOption<>(
                key, "size (64MiB)", null, false, false, description, text -> ConfigValues.size(text, min, max));
    }

    /** A setting that is one of an enum's constants, written in kebab-case. */
    public static <E extends Enum<E>> ConfigOption<E> oneOf(String key, Class<E> values, String description) {
        return new ConfigOption<>(
                key,
                "one of " + ConfigValues.names(values),
                null,
                false,
                false,
                description,
                text -> ConfigValues.constant(text, values));
    }

    /** The same setting with a default, as one would write it. */
    public ConfigOption<T> withDefault(String text) {
        return new ConfigOption<>(key, kind, text, false, secret, description, parser);
    }

    /** The same setting, which must be given. */
    public ConfigOption<T> asRequired() {
        return new ConfigOption<>(key, kind, null, true, secret, description, parser);
    }

    /** The same setting, whose value is never shown. */
    public ConfigOption<T> asSecret() {
        return new ConfigOption<>(key, kind, defaultText, required, true, description, parser);
    }

    private static List<String> parseList(String text) {
        List<String> parts = List.of(text.trim().split("\\s*,\\s*"));
        if (parts.stream().anyMatch(String::isEmpty)) {
            throw new IllegalArgumentException("a list has no empty element");
        }
        return parts;
    }

    @Override
    public String toString() {
        return key.toLowerCase(Locale.ROOT);
    }
}
