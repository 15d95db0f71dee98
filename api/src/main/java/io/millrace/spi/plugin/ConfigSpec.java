// SPDX-License-Identifier: Apache-2.0
package io.millrace.spi.plugin;

import io.millrace.api.ErrorCode;
import io.millrace.api.MillraceException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * The settings that something takes: options, and prefixes below which everything is passed on as it is, such as
 * {@code kafka.}.
 *
 * @param options the settings with a meaning of their own
 * @param passThrough prefixes, each ending in a dot
 * @since 0.1
 */
public record ConfigSpec(List<ConfigOption<?>> options, List<String> passThrough) {
    public ConfigSpec {
        options = List.copyOf(options);
        passThrough = List.copyOf(passThrough);
    }

    /** Settings without pass-through. */
    public static ConfigSpec of(ConfigOption<?>... options) {
        return new ConfigSpec(List.of(options), List.of());
    }

    /** The same settings, with everything below {@code prefix} passed on. */
    public ConfigSpec passing(String prefix) {
        List<String> prefixes = new ArrayList<>(passThrough);
        prefixes.add(prefix);
        return new ConfigSpec(options, prefixes);
    }

    /**
     * Checks {@code given} and parses it.
     *
     * @param owner what the settings belong to, for messages, such as {@code receiver 'kafka-reliable'}
     * @throws MillraceException of code {@link ErrorCode#USER_CONFIG} naming every unknown key (with the nearest known
     *     one), every unusable value and every missing setting
     */
    public Settings parse(String owner, Map<String, String> given) {
        List<String> problems = new ArrayList<>();
        Map<String, ConfigOption<?>> known = new TreeMap<>();
        options.forEach(option -> known.put(option.key(), option));
        for (String key : new TreeSet<>(given.keySet())) {
            if (!known.containsKey(key) && passThrough.stream().noneMatch(key::startsWith)) {
                problems.add("unknown setting '" + key + "'" + Suggestion.among(key, known.keySet(), passThrough));
            }
        }
        Map<String, Object> values = new TreeMap<>();
        for (ConfigOption<?> option : options) {
            String text = given.getOrDefault(option.key(), option.defaultText());
            if (text == null) {
                if (option.required()) {
                    problems.add("setting '" + option.key() + "' (" + option.kind() + ") is missing: "
                            + option.description());
                }
                continue;
            }
            try {
                values.put(option.key(), option.parser().apply(text));
            } catch (IllegalArgumentException e) {
                problems.add("setting '" + option.key() + "' = '" + (option.secret() ? "***" : text)
                        + "' is not usable: " + e.getMessage());
            }
        }
        if (!problems.isEmpty()) {
            throw new MillraceException(ErrorCode.USER_CONFIG, owner + ": " + String.join("; ", problems));
        }
        return new Settings(owner, values, given);
    }
}
