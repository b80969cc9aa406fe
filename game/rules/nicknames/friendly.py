"""Friendly names: given by the server where players choose none."""

from random import Random

from game.rules.nicknames.validation import NICKNAME_MAX

_MOODS = tuple(
    """
    Able Agile Amber Bold Brave Bright Brisk Calm Cheerful Clever Cosmic Cozy Curious Daring Dreamy
    Eager Earnest Fair Fearless Festive Fluffy Gentle Giddy Gifted Glad Golden Graceful Grand Happy
    Hasty Honest Humble Jolly Jovial Joyful Keen Kind Lively Loyal Lucky Lunar Mellow Merry Mighty
    Misty Modest Nimble Noble Patient Peppy Perky Playful Plucky Polite Proud Quick Quiet Quirky
    Ready Royal Rustic Sage Serene Shiny Silent Silver Sincere Smart Snappy Snowy Solar Spirited
    Stellar Sturdy Sunny Swift Tidy Tireless Tranquil Trusty Upbeat Valiant Velvet Vivid Warm Wise
    Witty Wonder Zany Zesty
    """.split()  # noqa: SIM905  # read as prose, one word beside the other
)
_ANIMALS = tuple(
    """
    Albatross Alpaca Anoa Badger Banteng Bat Bear Beaver Bee Bison Bobcat Butterfly Camel Capybara
    Caribou Cassowary Cheetah Chinchilla Cockatoo Coral Crane Cricket Deer Dolphin Dove Dragonfly
    Dugong Eagle Egret Elephant Falcon Ferret Finch Firefly Flamingo Fox Gecko Gibbon Giraffe Goose
    Hamster Hare Hawk Hedgehog Heron Hornbill Hummingbird Ibex Iguana Jaguar Kangaroo Kingfisher
    Koala Komodo Lemur Leopard Lion Lizard Llama Lobster Lynx Macaw Maleo Manatee Marmot Meerkat
    Mole Moose Narwhal Newt Octopus Orangutan Orca Oriole Otter Owl Panda Pangolin Panther Parrot
    Peacock Pelican Penguin Puffin Quail Quokka Rabbit Raccoon Raven Robin Salmon Sandpiper Seahorse
    Seal Sparrow Squirrel Starling Swallow Swan Tapir Tarsier Tiger Toucan Turtle Walrus Weaver
    Whale Wombat Yak Zebra
    """.split()  # noqa: SIM905  # read as prose, one word beside the other
)
_DIGITS_MAX = NICKNAME_MAX - max(map(len, _ANIMALS)) - 1


def friendly(random: Random, attempt: int = 0) -> str:
    """A mood and an animal, such as Curious Otter.

    With each attempt after the first a random number with one more digit stands behind it, so that
    a free name is found soon however many are taken; a long one then goes without its mood.
    """
    mood, animal = random.choice(_MOODS), random.choice(_ANIMALS)
    if not attempt:
        return f"{mood} {animal}"
    number = random.randrange(10 ** min(attempt, _DIGITS_MAX))
    name = f"{mood} {animal} {number}"
    return name if len(name) <= NICKNAME_MAX else f"{animal} {number}"
