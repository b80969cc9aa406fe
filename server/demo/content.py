"""The demo quizzes, one in English and one in Indonesian, and questions of the bank."""

from msgspec import Struct

from game.rules.levels import Level
from game.rules.questions import ChoiceDraft, Kind, QuestionDraft


class QuizContent(Struct, frozen=True, kw_only=True):
    title: str
    description: str
    language: str
    level: Level
    topic: str
    questions: tuple[QuestionDraft, ...]


def _choices(*texts: str, right: tuple[str, ...] = ()) -> tuple[ChoiceDraft, ...]:
    return tuple(ChoiceDraft(text=text, is_correct=text in right) for text in texts)


_SCIENCE = QuizContent(
    title="Surprisingly true",
    description="Twelve questions about the sky, the sea, animals, numbers and inventions.",
    language="en",
    level="B1",
    topic="Science",
    questions=(
        QuestionDraft(
            type=Kind.MULTIPLE_CHOICE,
            stem="Which of these planets has the shortest day?",
            time_limit=20,
            choices=_choices("Mercury", "Earth", "Jupiter", "Saturn", right=("Jupiter",)),
            explanation="Jupiter turns once in just under 10 hours, although eleven Earths "
            "would fit side by side across it.",
        ),
        QuestionDraft(
            type=Kind.TRUE_FALSE,
            stem="There were sharks on Earth before there were trees.",
            time_limit=15,
            choices=_choices("True", "False", right=("True",)),
            explanation="The oldest known shark scales are more than 400 million years old, the "
            "oldest known trees about 390 million.",
        ),
        QuestionDraft(
            type=Kind.MULTIPLE_SELECT,
            stem="Which of these animals lay eggs?",
            time_limit=30,
            choices=_choices(
                "Platypus",
                "Bat",
                "Penguin",
                "Dolphin",
                "Echidna",
                right=("Platypus", "Penguin", "Echidna"),
            ),
            explanation="Penguins are birds. The platypus and the echidnas are the only mammals "
            "that lay eggs.",
        ),
        QuestionDraft(
            type=Kind.SHORT_ANSWER,
            stem="Which metal has the chemical symbol Au?",
            time_limit=25,
            answer_key={"accepted": ["Gold", "Aurum"]},
            explanation="Au comes from aurum, the Latin word for gold.",
        ),
        QuestionDraft(
            type=Kind.NUMERIC,
            stem="How many bones does an adult human usually have? (Ten more or fewer will do.)",
            time_limit=30,
            answer_key={"value": 206, "tolerance": 10},
            explanation="206. A baby has nearly 300 pieces of bone and cartilage, many of which "
            "grow together.",
        ),
        QuestionDraft(
            type=Kind.ORDERING,
            stem="Put these inventions in order, the oldest first.",
            time_limit=45,
            choices=_choices("Gutenberg's printing press", "Telescope", "Photography", "Telephone"),
            explanation="Gutenberg printed around 1450, the telescope came in 1608, the oldest "
            "surviving photograph is from about 1826 and Bell's telephone from 1876.",
        ),
        QuestionDraft(
            type=Kind.POLL,
            stem="Where would you most like to spend a month?",
            points=0,
            time_limit=20,
            options={"multiple": False},
            choices=_choices(
                "In a station under the sea",
                "In Antarctica",
                "On a space station",
                "In the treetops of a rainforest",
            ),
        ),
        QuestionDraft(
            type=Kind.MULTIPLE_CHOICE,
            stem="Why does a clear sky look blue by day?",
            time_limit=25,
            choices=_choices(
                "The air reflects the sea",
                "Air scatters blue light more than red light",
                "The Sun shines mostly blue light",
                "Ozone glows blue",
                right=("Air scatters blue light more than red light",),
            ),
            explanation="Molecules of air scatter short waves, the blue ones, far more than long "
            "ones. At sunset the light comes a longer way and mostly the red is left.",
        ),
        QuestionDraft(
            type=Kind.NUMERIC,
            stem="How many kilometres does light travel through empty space in one second? "
            "(To the nearest thousand.)",
            time_limit=30,
            answer_key={"value": 299_792.458, "tolerance": 1000},
            explanation="299,792.458 km, by definition of the metre. From the Moon it takes light "
            "about 1.3 seconds.",
        ),
        QuestionDraft(
            type=Kind.SHORT_ANSWER,
            stem="What is the capital of Australia?",
            time_limit=25,
            answer_key={"accepted": ["Canberra"]},
            explanation="Sydney and Melbourne could not agree which of them it should be, so in "
            "1908 a place between the two was chosen.",
        ),
        QuestionDraft(
            type=Kind.MULTIPLE_SELECT,
            stem="Which of these numbers are prime?",
            points=1500,
            time_limit=40,
            choices=_choices("2", "27", "51", "91", "97", right=("2", "97")),
            explanation="27 = 3 × 9, 51 = 3 × 17 and 91 = 7 × 13. And 2 is the only even prime.",  # noqa: RUF001  # as mathematics writes it
        ),
        QuestionDraft(
            type=Kind.TRUE_FALSE,
            stem="Water boils at a lower temperature on a high mountain than at the sea.",
            time_limit=15,
            choices=_choices("True", "False", right=("True",)),
            explanation="With less air pressing on it water boils sooner: on top of Mount Everest "
            "at about 70 °C.",
        ),
    ),
)

_INDONESIA = QuizContent(
    title="Kenal Indonesia",
    description="Dua belas pertanyaan tentang alam, sejarah, dan budaya Indonesia.",
    language="id",
    level="B1",
    topic="Indonesia",
    questions=(
        QuestionDraft(
            type=Kind.MULTIPLE_CHOICE,
            stem="Pulau terluas yang seluruhnya berada di wilayah Indonesia adalah …",
            time_limit=20,
            choices=_choices("Kalimantan", "Papua", "Sumatra", "Sulawesi", right=("Sumatra",)),
            explanation="Kalimantan terbagi dengan Malaysia dan Brunei, sedangkan Pulau Papua "
            "terbagi dengan Papua Nugini.",
        ),
        QuestionDraft(
            type=Kind.TRUE_FALSE,
            stem="Di alam liar, komodo hanya hidup di Indonesia.",
            time_limit=15,
            choices=_choices("Benar", "Salah", right=("Benar",)),
            explanation="Komodo hidup liar di beberapa pulau di Nusa Tenggara Timur, antara lain "
            "Komodo, Rinca, dan Flores.",
        ),
        QuestionDraft(
            type=Kind.MULTIPLE_SELECT,
            stem="Mana saja yang merupakan gunung berapi?",
            time_limit=30,
            choices=_choices(
                "Merapi",
                "Puncak Jaya",
                "Semeru",
                "Rinjani",
                right=("Merapi", "Semeru", "Rinjani"),
            ),
            explanation="Puncak Jaya adalah gunung tertinggi di Indonesia, tetapi bukan gunung "
            "berapi: puncaknya dari batu gamping yang terangkat dari dasar laut.",
        ),
        QuestionDraft(
            type=Kind.SHORT_ANSWER,
            stem="Siapa pencipta lagu kebangsaan Indonesia Raya?",
            time_limit=30,
            answer_key={
                "accepted": [
                    "Wage Rudolf Supratman",
                    "W.R. Supratman",
                    "Supratman",
                    "Wage Rudolf Soepratman",
                    "W.R. Soepratman",
                    "Soepratman",
                ]
            },
            explanation="Ia memperdengarkan lagu itu dengan biola di Kongres Pemuda Kedua pada "
            "tahun 1928.",
        ),
        QuestionDraft(
            type=Kind.NUMERIC,
            stem="Pada tahun berapa Sumpah Pemuda diikrarkan?",
            time_limit=25,
            answer_key={"value": 1928},
            explanation="Pada 28 Oktober 1928, yang kini diperingati sebagai Hari Sumpah Pemuda.",
        ),
        QuestionDraft(
            type=Kind.ORDERING,
            stem="Urutkan kota-kota ini dari yang paling barat.",
            time_limit=45,
            choices=_choices("Banda Aceh", "Jakarta", "Makassar", "Ambon", "Jayapura"),
            explanation="Dari Banda Aceh ke Jayapura jaraknya sekitar 5.000 km dan beda waktunya "
            "dua jam.",
        ),
        QuestionDraft(
            type=Kind.POLL,
            stem="Makanan apa saja yang kamu rindukan kalau jauh dari rumah?",
            points=0,
            time_limit=20,
            choices=_choices("Rendang", "Gudeg", "Papeda", "Pempek", "Soto"),
        ),
        QuestionDraft(
            type=Kind.MULTIPLE_CHOICE,
            stem="Garis khayal yang memisahkan dunia hewan Bali dan Lombok disebut garis …",
            time_limit=25,
            choices=_choices("Khatulistiwa", "Wallace", "Weber", "Lydekker", right=("Wallace",)),
            explanation="Alfred Russel Wallace melihat bahwa di barat garis itu hewannya mirip "
            "hewan Asia, sedangkan di timurnya makin mirip hewan Australia.",
        ),
        QuestionDraft(
            type=Kind.NUMERIC,
            stem="Ada berapa provinsi di Indonesia sejak Papua Barat Daya terbentuk pada "
            "Desember 2022?",
            time_limit=25,
            answer_key={"value": 38},
            explanation="Pada tahun 2022 terbentuk empat provinsi baru di Papua, sehingga "
            "jumlahnya menjadi 38.",
        ),
        QuestionDraft(
            type=Kind.SHORT_ANSWER,
            stem="Apa bunyi semboyan negara Indonesia?",
            time_limit=30,
            answer_key={"accepted": ["Bhinneka Tunggal Ika", "Bhineka Tunggal Ika"]},
            explanation="Artinya berbeda-beda tetapi tetap satu. Kalimat itu berasal dari "
            "Kakawin Sutasoma karya Mpu Tantular, dari abad ke-14.",
        ),
        QuestionDraft(
            type=Kind.MULTIPLE_SELECT,
            stem="Provinsi mana saja yang dilewati garis khatulistiwa?",
            points=1500,
            time_limit=40,
            choices=_choices(
                "Sumatra Barat",
                "Jawa Barat",
                "Kalimantan Barat",
                "Bali",
                "Sulawesi Tengah",
                right=("Sumatra Barat", "Kalimantan Barat", "Sulawesi Tengah"),
            ),
            explanation="Di Kalimantan Barat garis itu melewati Kota Pontianak, dan di Sumatra "
            "Barat melewati Bonjol. Jawa dan Bali ada di selatannya.",
        ),
        QuestionDraft(
            type=Kind.TRUE_FALSE,
            stem="Angkor Wat di Kamboja lebih tua daripada Candi Borobudur.",
            time_limit=15,
            choices=_choices("Benar", "Salah", right=("Salah",)),
            explanation="Borobudur dibangun sekitar abad ke-8 dan ke-9, Angkor Wat baru pada abad "
            "ke-12.",
        ),
    ),
)

QUIZZES = (_SCIENCE, _INDONESIA)
